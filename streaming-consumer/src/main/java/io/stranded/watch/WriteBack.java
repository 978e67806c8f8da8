package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.Life;
import io.stranded.finding.Verdict;
import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetFiles;
import io.stranded.internal.source.TargetJvm;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Writes what was proved of a target into its own flight recording, by way of the agent, so that
 * {@code jfr print} and JDK Mission Control show it.
 */
final class WriteBack {
  private static final String FILE = "leak.properties";
  private static final String OUTCOME_PROPERTY = "stranded.agent.leak";

  private final TargetJvm target;
  private final TargetAgent agent;
  private final Consumer<String> log;

  WriteBack(TargetJvm target, TargetAgent agent, Consumer<String> log) {
    this.target = target;
    this.agent = agent;
    this.log = log;
  }

  /** Writes the leaks among these findings. One that cannot be written costs a line in the log. */
  void write(List<Finding> findings) {
    if (!agent.isPresent() || !target.isAttached()) {
      return;
    }
    for (Finding finding : findings) {
      boolean over = finding.life().filter(l -> l.stage() == Life.Stage.RESOLVED).isPresent();
      if (finding.verdict() == Verdict.LEAKED && !over && !finding.threads().isEmpty()) {
        try {
          write(finding);
        } catch (IOException e) {
          log.accept("finding not written into the recording: " + FailureLine.of(e));
          return;
        }
      }
    }
  }

  private void write(Finding finding) throws IOException {
    TargetFiles files = target.files();
    try (TargetDirectory directory =
        TargetDirectory.make(files, files.temporary(), TargetDirectory.Kind.LEAK)) {
      StringWriter text = new StringWriter();
      fields(finding).store(text, null);
      directory.write(FILE, text.toString().getBytes(StandardCharsets.UTF_8));
      directory.handOver();
      agent.configure("leak=" + files.there(directory.here(FILE)));
    }
    String outcome = target.property(OUTCOME_PROPERTY);
    if (!outcome.equals("written")) {
      throw new IOException(outcome);
    }
  }

  private static Properties fields(Finding finding) {
    Properties fields = new Properties();
    FoundThread thread = finding.threads().get(0);
    fields.setProperty("cause", finding.cause().name());
    fields.setProperty(
        "confidence", finding.confidence().map(Enum::name).orElse(finding.verdict().name()));
    fields.setProperty("fingerprint", finding.fingerprint());
    fields.setProperty("threadId", Long.toString(thread.id()));
    fields.setProperty("threadName", thread.name());
    fields.setProperty("virtual", Boolean.toString(thread.virtual()));
    fields.setProperty("threads", Integer.toString(finding.threads().size()));
    fields.setProperty("summary", finding.summary());
    fields.setProperty("pinnedBytes", Long.toString(finding.pinnedBytes()));
    if (!finding.blockedOn().type().isEmpty()) {
      fields.setProperty("blockerClass", finding.blockedOn().type());
    }
    if (!finding.createdBy().isEmpty()) {
      fields.setProperty("creationStack", String.join("\n", finding.createdBy()));
    }
    return fields;
  }
}
