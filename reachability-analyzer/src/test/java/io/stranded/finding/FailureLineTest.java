package io.stranded.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureLineTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new IOException("first\nsecond"), "first"),
        Arguments.of(new IOException("\nsecond"), "second"),
        Arguments.of(new EOFException(), "EOFException"),
        Arguments.of(new IOException(" "), "IOException"),
        Arguments.of(new NoSuchFileException("/a/b"), "/a/b: no such file or directory"),
        Arguments.of(new AccessDeniedException("/a/b"), "/a/b: permission denied"),
        Arguments.of(new FileSystemException("/a/b", null, "Full"), "/a/b: Full"),
        Arguments.of(new FileSystemException("/a/b"), "/a/b: FileSystemException"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void tellsInOneLineWhatHappened(Exception failure, String line) {
    assertThat(FailureLine.of(failure)).isEqualTo(line);
  }
}
