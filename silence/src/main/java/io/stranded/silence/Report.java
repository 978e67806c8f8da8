package io.stranded.silence;

import io.stranded.finding.Confidence;
import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.silence.servers.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What was found, as Markdown. */
final class Report {
  private static final int MOST_NAMES = 3;
  private static final int MOST_FRAMES = 8;

  private final Explanations explanations;

  Report(Explanations explanations) {
    this.explanations = explanations;
  }

  /** A row for each image. */
  static String table(List<Look> looks) {
    StringBuilder table = new StringBuilder();
    table.append(
        """
        | server | JDK | state | image | objects | threads | candidates | PROVEN | weaker | INCONCLUSIVE |
        |---|--:|---|---|--:|--:|--:|--:|--:|--:|
        """);
    for (Look look : looks) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s | %s | %,d | %,d | %,d | %d | %d | %d |%n",
              (look.server() + " " + look.server().version()).strip(),
              look.jdk().feature(),
              look.state(),
              look.image(),
              look.profile().dump().map(DumpInfo::objects).orElse(0L),
              look.profile().threads().total(),
              look.profile().threads().candidates(),
              look.proven(),
              look.weaker(),
              look.inconclusive()));
    }
    return table.toString();
  }

  /** A finding, and the images that it is in. */
  private record Found(Finding example, List<Look> dumps) {}

  /** Every finding once, with the images that it is in. */
  String findings(List<Look> looks) {
    Map<String, Found> all = new LinkedHashMap<>();
    for (Look look : looks) {
      for (Finding finding : look.findings()) {
        all.computeIfAbsent(
                heading(look.server(), finding), key -> new Found(finding, new ArrayList<>()))
            .dumps()
            .add(look);
      }
    }
    StringBuilder text = new StringBuilder();
    all.forEach((heading, found) -> text.append(text(heading, found)));
    return text.toString();
  }

  private String text(String heading, Found found) {
    Finding finding = found.example();
    List<String> lines = new ArrayList<>();
    lines.add(finding.summary());
    lines.add("threads: " + names(finding));
    lines.add("waits on: " + finding.blockedOn());
    lines.addAll(finding.evidence());
    lines.add("stack: " + frames(finding));
    lines.add("in: " + found.dumps().stream().map(Look::name).collect(Collectors.joining(", ")));
    Kind server = found.dumps().get(0).server();
    lines.add("explanation: " + explanations.of(server, finding).orElse("NONE"));
    return "\n**" + heading + "**\n- " + String.join("\n- ", lines) + "\n";
  }

  private static String heading(Kind server, Finding finding) {
    return String.join(
        " ",
        server.toString(),
        finding.fingerprint(),
        finding.verdict().toString(),
        finding.confidence().map(Confidence::toString).orElse(""),
        finding.cause().toString());
  }

  private static String names(Finding finding) {
    return finding.count()
        + ": "
        + finding.threads().stream()
            .limit(MOST_NAMES)
            .map(FoundThread::label)
            .collect(Collectors.joining(", "));
  }

  private static String frames(Finding finding) {
    return finding.stack().stream().limit(MOST_FRAMES).collect(Collectors.joining(" < "));
  }
}
