package io.stranded.endpoint;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.report.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Findings in words, as {@code debug=1} and {@code debug=2} of a profile in Go. */
final class LeakText {
  private LeakText() {}

  /** A group for each finding: how many threads, which labels, what stack, and who began them. */
  static String grouped(List<LeakProfile> profiles) {
    StackText text = new StackText();
    long total =
        profiles.stream().flatMap(p -> p.findings().stream()).mapToLong(Finding::count).sum();
    text.line("threadleak profile: total " + total);
    for (LeakProfile profile : profiles) {
      for (Finding finding : profile.findings()) {
        text.line(finding.count() + " @ " + Printable.of(finding.fingerprint()))
            .line("# labels: " + labels(profile, finding))
            .line("# " + Printable.of(finding.summary()))
            .comments(finding.stack())
            .creator("# ", finding.createdBy())
            .line("");
      }
    }
    return text.toString();
  }

  /** Each thread with its id, state, age, stack and creator. */
  static String stacks(List<LeakProfile> profiles) {
    StackText text = new StackText();
    for (LeakProfile profile : profiles) {
      for (Finding finding : profile.findings()) {
        for (FoundThread thread : finding.threads()) {
          text.line(head(profile, finding, thread))
              .stack(finding.stack(), finding.createdBy())
              .line("");
        }
      }
    }
    return text.toString();
  }

  private static String labels(LeakProfile profile, Finding finding) {
    List<String> labels = new ArrayList<>();
    profile
        .target()
        .ifPresent(
            target -> {
              labels.add(label("service", target.serviceName()));
              labels.add(label("pid", Long.toString(target.pid())));
            });
    labels.add(label("standing", finding.standing().name()));
    finding.confidence().ifPresent(word -> labels.add(label("confidence", word.name())));
    labels.add(label("cause", finding.cause().name()));
    labels.add(label("waits_on", finding.blockedOn().type()));
    return "{" + String.join(", ", labels) + "}";
  }

  private static String label(String name, String value) {
    return '"' + name + "\":\"" + Printable.of(value).replace("\"", "\\\"") + '"';
  }

  private static String head(LeakProfile profile, Finding finding, FoundThread thread) {
    List<String> facts = new ArrayList<>();
    facts.add(words(finding));
    facts.add(finding.cause().label());
    thread.parkedFor().ifPresent(age -> facts.add(StackText.age(age)));
    if (!finding.blockedOn().type().isEmpty()) {
      facts.add("on " + finding.blockedOn().type());
    }
    profile.target().ifPresent(jvm -> facts.add(jvm.serviceName() + " " + jvm.pid()));
    return (thread.virtual() ? "virtual thread " : "thread ")
        + thread.id()
        + (thread.name().isEmpty() ? "" : " \"" + Printable.of(thread.name()) + '"')
        + " ["
        + Printable.of(String.join(", ", facts))
        + "]:";
  }

  static String words(Finding finding) {
    String standing = finding.standing().name().toLowerCase(Locale.ROOT);
    return finding
        .confidence()
        .map(word -> standing + " (" + word.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")")
        .orElse(standing);
  }
}
