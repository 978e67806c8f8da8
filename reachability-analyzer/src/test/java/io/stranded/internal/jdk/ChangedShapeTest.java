package io.stranded.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A JDK whose fields are named or typed otherwise than in those that are known gives no false
 * alarm, however steady its threads are, and hides no leak without a word. On dumps of real JVMs in
 * which one field after the other is changed.
 */
@Execution(ExecutionMode.CONCURRENT)
class ChangedShapeTest {
  private static final ThreadFacts STEADY =
      new ThreadFacts() {
        @Override
        public Steadiness steadiness(long threadId) {
          return Steadiness.STEADY;
        }
      };

  @TempDir Path directory;

  @ParameterizedTest(name = "JDK {0}, {1}, virtual threads: {2}")
  @CsvSource({
    "17, Synchronizers, false",
    "17, Locks, false",
    "25, Synchronizers, false",
    "25, Synchronizers, true",
    "25, Locks, false"
  })
  void changedFieldGivesNoFalseAlarmAndIsSaid(int feature, String program, boolean virtual)
      throws IOException {
    Optional<Jdk> jdk = Jdk.find(feature);
    assumeTrue(jdk.isPresent(), "no JDK " + feature + " is found: its dumps are not looked at");
    Path dump = directory.resolve("corpus.hprof");
    List<String> command =
        List.of("-XX:+UseSerialGC", "io.stranded.corpus." + program, Boolean.toString(virtual));
    try (ForkedJvm jvm = ForkedJvm.start(jdk.orElseThrow(), command)) {
      jvm.jcmd("GC.heap_dump", dump.toString());
    }
    LeakProfile asItIs = analyze(dump);
    assertThat(shapeNotes(asItIs)).isEmpty();
    Set<Long> leaked = leaked(asItIs);
    assertThat(leaked).hasSizeGreaterThan(10);
    ShapeEditor editor = new ShapeEditor(dump, classNames());
    int changed = 0;
    for (JdkField row : JdkField.values()) {
      for (FieldPlace place : row.places()) {
        if (editor.has(place.toString())) {
          check(dump, leaked, row + " renamed", () -> editor.rename(place.toString()));
          check(dump, leaked, row + " retyped", () -> editor.retype(place.toString()));
          changed++;
        }
      }
    }
    assertThat(changed).isGreaterThan(30);
  }

  private static void check(
      Path dump, Set<Long> leaked, String what, Supplier<ShapeEditor.Change> edit)
      throws IOException {
    LeakProfile profile;
    ShapeEditor.Change change = edit.get();
    try (change) {
      profile = analyze(dump);
    }
    assertThat(leaked).as(what).containsAll(leaked(profile));
    if (shapeNotes(profile).isEmpty()) {
      Set<Long> told = ids(profile, finding -> true);
      assertThat(told).as(what).containsAll(leaked);
    }
  }

  private static LeakProfile analyze(Path dump) throws IOException {
    return new LeakAnalyzer().facts(STEADY).analyze(dump);
  }

  private static List<String> shapeNotes(LeakProfile profile) {
    return profile.notes().stream()
        .filter(note -> note.startsWith("the dump has no ") || note.startsWith("the dump is of "))
        .toList();
  }

  private static Set<Long> leaked(LeakProfile profile) {
    return ids(
        profile,
        finding ->
            finding.verdict() == Verdict.LEAKED
                && finding.confidence().equals(Optional.of(Confidence.PROVEN)));
  }

  private static Set<Long> ids(LeakProfile profile, Predicate<Finding> wanted) {
    return profile.findings().stream()
        .filter(wanted)
        .flatMap(finding -> finding.threads().stream())
        .map(FoundThread::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> classNames() {
    return Stream.of(JdkField.values())
        .flatMap(row -> row.places().stream())
        .map(FieldPlace::declaring)
        .collect(Collectors.toSet());
  }
}
