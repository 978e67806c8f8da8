package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.DumpBuilder.ThreadBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways by which threads are still held, on graphs made by hand. */
class ExplainerTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";

  @TempDir Path directory;
  private final DumpBuilder dump =
      new DumpBuilder()
          .type(FUTURE, "java.lang.Object", "state:int")
          .type("java.lang.ref.Reference", "java.lang.Object", "referent:ref", "next:ref")
          .type("java.lang.ref.WeakReference", "java.lang.ref.Reference")
          .type("app.Holder", "java.lang.Object", "held:ref", "next:ref")
          .type("app.Statics", "java.lang.Object", "static registry:ref");

  @Test
  void liveThreadIsExplainedByTheShortestWay() throws IOException {
    long future = future();
    long shortest = dump.object("app.Holder", Map.of("held", future));
    long inner = dump.object("app.Holder", Map.of("held", future));
    long middle = dump.object("app.Holder", Map.of("next", inner));
    long longer = dump.object("app.Holder", Map.of("next", middle));
    dump.staticField("app.Statics", "registry", shortest);
    dump.root(longer).root(dump.classId("app.Statics"));
    dump.thread("waiter").parkedOn(future);
    assertThat(explain("waiter"))
        .endsWith("is live, held by class app.Statics.registry -> app.Holder.held -> " + FUTURE);
  }

  @Test
  void stackOfALiveThreadIsNamed() throws IOException {
    long future = future();
    dump.thread("runner").frame("app.Task", "run").local(future);
    dump.thread("waiter").parkedOn(future);
    assertThat(explain("waiter"))
        .contains("held by a local of app.Task.run(Source.java:1) in the thread \"runner\" -> ");
  }

  @Test
  void interruptibleThreadIsExplainedByWhoHoldsIt() throws IOException {
    ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(future());
    dump.root(dump.object("app.Holder", Map.of("held", waiter.id())));
    assertThat(explain("waiter"))
        .contains("is leaked unless interrupted: held by app.Holder.held -> java.lang.Thread");
    assertThat(finding().evidence()).contains("held by app.Holder.held -> java.lang.Thread");
  }

  /** As where a snapshot tells that its Thread is held, and not by whom. */
  @Test
  void threadIsNotItsOwnHolder() throws IOException {
    ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(future()).frame("app.Task", "run").local(waiter.id());
    dump.root(waiter.id());
    assertThat(explain("waiter")).endsWith("is leaked unless interrupted");
    assertThat(finding().evidence()).noneMatch(line -> line.contains("held by"));
    long alive = future();
    dump.root(alive);
    dump.thread("other").parkedOn(alive).frame("app.Other", "run").local(waiter.id());
    assertThat(explain("waiter")).contains("held by a local of app.Other.run(", "\"other\"");
  }

  @Test
  void weaklyHeldThreadIsExplainedByTheReference() throws IOException {
    long future = future();
    dump.root(dump.object("java.lang.ref.WeakReference", Map.of("referent", future)));
    dump.thread("waiter").parkedOn(future);
    assertThat(finding().evidence())
        .contains("held by java.lang.ref.WeakReference.referent -> " + FUTURE);
  }

  @Test
  void leakedRunningAndUnknownThreadsAreToldApart() throws IOException {
    dump.thread("waiter").parkedOn(future());
    assertThat(explain("waiter")).contains("is leaked: nothing live leads to what it waits on");
    dump.thread("runner").frame("app.Task", "run");
    assertThat(explain("waiter"))
        .contains("may be leaked: a thread was running, and what this one waits on");
    assertThat(explain("runner")).contains("is live: it runs");
    assertThat(explain("nobody")).isEqualTo("no thread is called nobody");
  }

  private long future() {
    return dump.object(FUTURE, Map.of());
  }

  private String explain(String thread) throws IOException {
    LeakProfile profile = new LeakAnalyzer().explain(thread).analyze(file());
    return profile.notes().get(profile.notes().size() - 1);
  }

  private Finding finding() throws IOException {
    return new LeakAnalyzer().explainsHolders(true).analyze(file()).findings().get(0);
  }

  private Path file() {
    return dump.writeTo(directory.resolve("dump.hprof"));
  }
}
