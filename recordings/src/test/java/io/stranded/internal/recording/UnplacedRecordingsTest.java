package io.stranded.internal.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that do not say well of which JVM they are, as those of JDK 11.0.1 and 11.0.2. */
final class UnplacedRecordingsTest {
  private static final ReplayOptions OPTIONS = ReplayOptions.defaults();

  private static String leaking = "";
  private static String healthy = "";
  private static String third = "";

  private final Path directory;

  UnplacedRecordingsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void record(@TempDir Path shared) throws IOException {
    try (ForkedJvm jvm = RealRecordings.start(Jdk.current(), shared, "leaking")) {
      leaking = read(RealRecordings.dump(jvm, shared.resolve("leaking.jfr")));
    }
    try (ForkedJvm jvm = RealRecordings.start(Jdk.current(), shared, "healthy")) {
      RealRecordings.release(jvm);
      healthy = read(RealRecordings.dump(jvm, shared.resolve("healthy.jfr")));
    }
    try (ForkedJvm jvm = RealRecordings.start(Jdk.current(), shared, "healthy")) {
      third = read(RealRecordings.dump(jvm, shared.resolve("third.jfr")));
    }
  }

  @Test
  void filesOfJvmsWithoutProcessIdsAreToldApart() throws IOException {
    Path a = write("a.jfr", withoutPid(leaking));
    Path b = write("b.jfr", withoutPid(healthy));
    List<RecordedJvm> jvms = RecordingAnalyzer.read(List.of(b, a), OPTIONS);
    assertThat(jvms).hasSize(2);
    assertThat(jvms.get(0).suspects().findings())
        .isEqualTo(alone(write("c.jfr", leaking)).findings())
        .isNotEmpty();
    assertThat(jvms.get(1).suspects().findings()).isEmpty();
    assertThat(jvms.get(0).target())
        .hasValueSatisfying(target -> assertThat(target.serviceName()).contains("Leaks"));
    Path again = write("again.jfr", withoutPid(leaking));
    assertThat(RecordingAnalyzer.read(List.of(a, again), OPTIONS)).hasSize(1);
  }

  @Test
  void fileThatNamesNoJvmIsReportedAloneWithItsName() throws IOException {
    Path known = write("known.jfr", healthy);
    Path silent = write("silent.jfr", withoutJvm(leaking));
    Path other = write("other.jfr", withoutJvm(healthy));
    for (List<Path> inputs : List.of(List.of(silent, known), List.of(silent, other))) {
      List<RecordedJvm> jvms = RecordingAnalyzer.read(inputs, OPTIONS);
      assertThat(jvms).hasSize(2);
      RecordedJvm alone =
          jvms.stream()
              .filter(jvm -> name(jvm).equals(Optional.of("silent.jfr")))
              .findFirst()
              .orElseThrow();
      assertThat(alone.suspects().findings()).isEqualTo(alone(silent).findings()).isNotEmpty();
      assertThat(alone.suspects().notes())
          .contains("silent.jfr: does not say of which JVM it is: reported alone");
      assertThat(alone.trends().target().map(Target::serviceName)).contains("silent.jfr");
    }
    assertThat(RecordingAnalyzer.read(List.of(silent), OPTIONS).get(0).target()).isEmpty();
  }

  @Test
  void chunkThatNamesNoJvmIsOfThatOfItsFileOrOfNone() throws IOException {
    Path one = write("one.jfr", leaking + withoutJvm(leaking));
    assertThat(RecordingAnalyzer.read(List.of(one), OPTIONS)).hasSize(1);
    Path known = write("known.jfr", healthy);
    List<RecordedJvm> two = RecordingAnalyzer.read(List.of(one, known), OPTIONS);
    assertThat(two).hasSize(2);
    assertThat(two.get(0).suspects().findings()).isNotEmpty();
    Path three = write("three.jfr", leaking + withoutJvm(third) + healthy);
    List<RecordedJvm> apart = RecordingAnalyzer.read(List.of(three), OPTIONS);
    assertThat(apart).hasSize(3);
    assertThat(name(apart.get(2))).contains("three.jfr");
  }

  private static LeakProfile alone(Path file) throws IOException {
    return RecordingAnalyzer.analyze(List.of(file), OPTIONS);
  }

  private static Optional<String> name(RecordedJvm jvm) {
    return jvm.target().map(Target::serviceName);
  }

  /** The event has a field of another name. */
  private static String withoutPid(String recording) {
    String changed = recording.replace("\004\003pid", "\004\003pxd");
    assertThat(changed.equals(recording)).isFalse();
    return changed;
  }

  /** The event is of another name. */
  private static String withoutJvm(String recording) {
    String changed = recording.replace("jdk.JVMInformation", "jdk.XVMInformation");
    assertThat(changed.equals(recording)).isFalse();
    return changed;
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, ISO_8859_1);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(
        directory.resolve(name), content, ISO_8859_1, StandardOpenOption.CREATE);
  }
}
