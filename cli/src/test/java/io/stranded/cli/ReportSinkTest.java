package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.LeakProfile;
import io.stranded.internal.terminal.Screen;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class ReportSinkTest {
  private final LeakProfile profile =
      Profiles.profile("host-1/4711/1", List.of(Profiles.latchFinding("0123456789abcdef")));

  @TempDir Path directory;

  @Test
  void linesAreAddedProfileByProfile() throws IOException {
    String line = written(ReportOptions.Format.JSON, 1);
    assertThat(written(ReportOptions.Format.JSON, 2)).isEqualTo(line + line);
    String text = written(ReportOptions.Format.TEXT, 1);
    assertThat(written(ReportOptions.Format.TEXT, 2)).isEqualTo(text + "\n" + text);
  }

  @ParameterizedTest
  @EnumSource(
      value = ReportOptions.Format.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"TEXT", "JSON"})
  void latestProfileReplacesTheOneBefore(ReportOptions.Format format) throws IOException {
    assertThat(written(format, 1)).isNotEmpty();
    assertThat(written(format, 2)).isEqualTo(written(format, 1));
  }

  @Test
  void watchThatIsToldToEndStillWritesWhatItHasFound() throws IOException {
    Path file = directory.resolve("report");
    Thread.currentThread().interrupt();
    try (ReportOutput out = ReportOutput.named(file.toString())) {
      new ReportSink(out, ReportOptions.Format.JSON, Screen.NONE).accept(profile);
    } finally {
      boolean unused = Thread.interrupted();
    }
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void emptyFileAndAFormatOfOneProfileAreFilledWithWhatIsOpen() throws IOException {
    Path file = directory.resolve("report");
    try (ReportSink sink = sink(ReportOutput.endOf(file), ReportOptions.Format.JSON)) {
      assertThat(sink.startsEmpty()).isTrue();
      sink.accept(profile);
    }
    try (ReportSink sink = sink(ReportOutput.endOf(file), ReportOptions.Format.JSON)) {
      assertThat(sink.startsEmpty()).isFalse();
    }
    try (ReportSink sink = sink(ReportOutput.endOf(file), ReportOptions.Format.HTML)) {
      assertThat(sink.startsEmpty()).isTrue();
    }
    try (ReportSink sink = sink(ReportOutput.standard(), ReportOptions.Format.JSON)) {
      assertThat(sink.startsEmpty()).isFalse();
    }
  }

  @Test
  void whatEarlierRunsWroteStaysWhereThatIsAskedFor() throws IOException {
    Path file = Files.writeString(directory.resolve("report"), "earlier\n");
    ReportOptions options =
        CommandLine.populateCommand(
            new ReportOptions(), "--output", file.toString(), "--format", "JSON");
    try (ReportSink sink = options.openToAdd()) {
      sink.accept(profile);
    }
    assertThat(Files.readString(file)).startsWith("earlier\n{");
    try (ReportSink sink = options.open()) {
      sink.accept(profile);
    }
    assertThat(Files.readString(file)).startsWith("{");
  }

  private static ReportSink sink(ReportOutput out, ReportOptions.Format format) {
    return new ReportSink(out, format, Screen.NONE);
  }

  @Test
  void everyFormatButPprofIsText() {
    assertThat(ReportOptions.Format.values())
        .filteredOn(ReportOptions.Format::binary)
        .containsExactly(ReportOptions.Format.PPROF);
  }

  private String written(ReportOptions.Format format, int times) throws IOException {
    Path file = directory.resolve(format + "-" + times);
    try (ReportSink sink =
        new ReportSink(ReportOutput.named(file.toString()), format, Screen.NONE)) {
      for (int i = 0; i < times; i++) {
        sink.accept(profile);
      }
    }
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
