package io.stranded.cli;

import io.stranded.finding.LeakProfile;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.report.ProfileJsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a profile from whatever holds one: a JSON report, or a heap dump analyzed on the spot. */
final class ProfileInput {
  private ProfileInput() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or holds no profile; the message is one line
   */
  static LeakProfile read(Path file) throws IOException {
    return Files.isRegularFile(file) && isJson(file) ? report(file) : dump(file);
  }

  private static LeakProfile report(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return ProfileJsonReader.last(reader);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": not a report: " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": not a report: not UTF-8", e);
    }
  }

  private static LeakProfile dump(Path file) throws IOException {
    try (ProgressBar bar = new ProgressBar()) {
      return new LeakAnalyzer().progress(bar).analyze(file);
    }
  }

  /** Whether the first visible character opens a JSON object; a heap dump starts with its name. */
  private static boolean isJson(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      int c = in.read();
      while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        c = in.read();
      }
      return c == '{';
    }
  }
}
