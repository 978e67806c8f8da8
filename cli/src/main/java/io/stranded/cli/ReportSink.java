package io.stranded.cli;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.terminal.Screen;
import io.stranded.report.FoldedStacks;
import io.stranded.report.HtmlReport;
import io.stranded.report.PprofProfile;
import io.stranded.report.ProfileFold;
import io.stranded.report.ProfileJson;
import io.stranded.report.TextReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes reports to standard output or a file. Of the formats that hold one profile, a file keeps
 * the latest, with all findings that are open then.
 */
final class ReportSink implements FindingSink {
  private final ReportOutput out;
  private final ReportOptions.Format format;
  private final Screen screen;
  private final ProfileFold whole = new ProfileFold();
  private final boolean empty;
  private boolean written;

  ReportSink(ReportOutput out, ReportOptions.Format format, Screen screen) {
    this.out = out;
    this.format = format;
    this.screen = screen;
    this.empty = out.isFile() && (!format.appends() || out.isEmpty());
  }

  @Override
  public void accept(LeakProfile profile) throws IOException {
    if (written && !format.appends()) {
      out.clear();
    }
    if (written && format == ReportOptions.Format.TEXT) {
      out.write(utf8("\n"));
    }
    written = true;
    out.write(bytes(format.appends() ? profile : whole.add(profile)));
  }

  /** Of formats that hold one profile it begins without what earlier runs have told. */
  @Override
  public boolean startsEmpty() {
    return empty;
  }

  private byte[] bytes(LeakProfile profile) {
    return switch (format) {
      case TEXT -> utf8(screen.fitted(TextReport.of(profile, screen.coloured())));
      case JSON -> utf8(ProfileJson.toLine(profile) + "\n");
      case HTML -> utf8(HtmlReport.of(profile));
      case FOLDED -> utf8(FoldedStacks.of(profile));
      case PPROF -> PprofProfile.of(profile);
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
