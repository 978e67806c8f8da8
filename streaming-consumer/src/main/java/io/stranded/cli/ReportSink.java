package io.stranded.cli;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.report.ProfileJson;
import io.stranded.report.TextReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Writes reports to standard output or a file: text, or JSON with one profile a line. */
final class ReportSink implements FindingSink {
  private final OutputStream out;
  private final String name;
  private final ReportOptions.Format format;
  private final boolean coloured;

  private ReportSink(OutputStream out, String name, ReportOptions.Format format, boolean coloured) {
    this.out = out;
    this.name = name;
    this.format = format;
    this.coloured = coloured;
  }

  static ReportSink toStandardOutput(ReportOptions.Format format, boolean coloured) {
    return new ReportSink(System.out, "standard output", format, coloured);
  }

  static ReportSink toFile(Path file, ReportOptions.Format format) throws IOException {
    try {
      return new ReportSink(Files.newOutputStream(file), file.toString(), format, false);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": cannot be written: no such directory", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + ": cannot be written: permission denied", e);
    }
  }

  @Override
  public void accept(LeakProfile profile) throws IOException {
    String text =
        switch (format) {
          case TEXT -> TextReport.of(profile, coloured);
          case JSON -> ProfileJson.toLine(profile) + "\n";
        };
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new IOException(name + ": cannot be written: " + e.getMessage(), e);
    }
    if (out instanceof PrintStream stream && stream.checkError()) {
      throw new IOException(name + ": cannot be written");
    }
  }

  @Override
  public void close() throws IOException {
    if (!(out instanceof PrintStream)) {
      out.close();
    }
  }
}
