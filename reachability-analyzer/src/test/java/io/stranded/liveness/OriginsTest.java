package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.testing.DumpBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads that wait in the JDK's code alone are told apart by where they come from. */
class OriginsTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";

  @TempDir Path directory;
  private final DumpBuilder dump = new DumpBuilder().type(FUTURE, "java.lang.Object", "state:int");

  @Test
  void whoCreatedThemTellsThemApart() throws IOException {
    long first = idle("pool-1-thread-1");
    long second = idle("pool-2-thread-1");
    assertThat(findings(Map.of())).hasSize(1);
    assertThat(
            findings(
                Map.of(
                    first,
                        List.of("java.lang.Thread.start(Thread.java:1)", "app.Mail.open(M.java:5)"),
                    second, List.of("app.Import.open(Import.java:7)"))))
        .hasSize(2)
        .allSatisfy(finding -> assertThat(finding.count()).isEqualTo(1));
    assertThat(
            findings(
                Map.of(
                    first, List.of("app.Mail.open(M.java:5)", "app.Main.main(Main.java:3)"),
                    second, List.of("app.Mail.open(M.java:5)", "app.Test.run(Test.java:9)"))))
        .as("one place that is called in two ways")
        .hasSize(1);
  }

  @Test
  void whoseCreatorIsKnownIsTheSameAsWhereNobodyToldIt() throws IOException {
    long first = idle("pool-1-thread-1");
    String unknown = findings(Map.of()).get(0).fingerprint();
    assertThat(findings(Map.of()).get(0).aliases()).isEmpty();
    Finding known = findings(Map.of(first, List.of("app.Mail.open(M.java:5)"))).get(0);
    assertThat(known.fingerprint()).isNotEqualTo(unknown);
    assertThat(known.aliases()).containsExactly(unknown);
  }

  @Test
  void applicationsOwnFramesAreEnoughWithoutACreator() throws IOException {
    long first = dump.thread("a").parkedOn(future()).frame("app.Task", "run").threadId();
    dump.thread("a").parkedOn(future()).frame("app.Task", "run");
    List<Finding> findings = findings(Map.of(first, List.of("app.Mail.open(M.java:5)")));
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).aliases()).isEmpty();
  }

  private long idle(String name) {
    return dump.thread(name)
        .parkedOn(future())
        .frame("java.util.concurrent.FutureTask", "get")
        .threadId();
  }

  private long future() {
    return dump.object(FUTURE, Map.of());
  }

  private List<Finding> findings(Map<Long, List<String>> creators) throws IOException {
    ThreadFacts facts =
        new ThreadFacts() {
          @Override
          public List<String> createdBy(long threadId) {
            return creators.getOrDefault(threadId, List.of());
          }
        };
    return new LeakAnalyzer()
        .facts(facts)
        .analyze(dump.writeTo(directory.resolve("dump.hprof")))
        .findings();
  }
}
