package io.stranded.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Doubt;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Progress;
import io.stranded.finding.Verdict;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.DumpBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a dump's release and shape are told, and what follows. */
class JdkShapeTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";

  @TempDir Path directory;
  private final DumpBuilder dump = new DumpBuilder().type(FUTURE, "java.lang.Object", "state:int");

  @ParameterizedTest
  @CsvSource({
    "1.8.0_402, 8, false",
    "11.0.2, 11, false",
    "16, 16, false",
    "17.0.15, 17, true",
    "21.0.4, 21, true",
    "25-ea, 25, true",
    "26-ea, 26, false",
    "31, 31, false"
  })
  void nothingIsProvedOfReleasesThatAreNotKnown(String version, int feature, boolean known)
      throws IOException {
    release(version);
    dump.thread("waiter").parkedOn(dump.object(FUTURE, Map.of()));
    assertThat(shape(JdkShape::feature).getAsInt()).isEqualTo(feature);
    assertThat(shape(JdkShape::gap).isEmpty()).isEqualTo(known);
    LeakProfile profile = new LeakAnalyzer().analyze(file());
    assertThat(profile.findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.verdict())
                    .isEqualTo(known ? Verdict.LEAKED : Verdict.INCONCLUSIVE));
    assertThat(profile.notes().stream().anyMatch(note -> note.contains("Java " + version)))
        .isEqualTo(!known);
  }

  @Test
  void dumpWithoutThreadStatusIsOfNoKnownJdkAndSaysSo() throws IOException {
    dump.rename("java.lang.Thread.threadStatus");
    dump.thread("waiter").parkedOn(dump.object(FUTURE, Map.of()));
    LeakProfile profile = new LeakAnalyzer().analyze(file());
    assertThat(profile.findings()).isEmpty();
    assertThat(profile.notes()).anyMatch(note -> note.contains("threadStatus"));
    assertThat(shape(JdkShape::gap)).contains(Doubt.UNKNOWN_JDK);
  }

  @Test
  void fieldThatIsOnlyThereInAnotherReleaseIsNotMissed() throws IOException {
    dump.type("java.lang.ThreadGroup", "java.lang.Object", "weaks:ref", "parent:ref", "name:ref");
    assertThat(shape(JdkShape::notes)).isEmpty();
    dump.type("java.lang.ThreadGroup", "java.lang.Object", "members:ref", "parent:ref", "name:ref");
    assertThat(shape(JdkShape::notes))
        .singleElement()
        .asString()
        .contains("java.lang.ThreadGroup.threads", "leaks may be missed");
  }

  private void release(String version) {
    dump.type("java.lang.VersionProps", "java.lang.Object", "static java_version:ref");
    dump.staticField("java.lang.VersionProps", "java_version", dump.string(version));
  }

  private <T> T shape(Function<JdkShape, T> question) throws IOException {
    try (HeapGraph graph = HeapGraph.open(file(), Progress.NONE)) {
      return question.apply(JdkShape.of(graph));
    }
  }

  private Path file() {
    return dump.writeTo(directory.resolve("dump.hprof"));
  }
}
