package io.stranded.endpoint;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.report.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A sidecar that says what a test wants. */
final class FakeSidecar implements SidecarView {
  static final Target ORDERS =
      new Target("orders", "host-1/4711/1", "host-1", 4711, "17.0.15+6", Optional.of("1.4"));

  final List<TargetView> targets = new CopyOnWriteArrayList<>(List.of(view(ORDERS, 30)));
  final OpenFindings findings = new OpenFindings();
  volatile Optional<DeliveryView> delivery = Optional.empty();
  final AtomicInteger dumps = new AtomicInteger();

  static TargetView view(Target target, long live) {
    return new TargetView(
        target,
        new TargetView.Threads(live, 12, 7, 4),
        2,
        Optional.of(new TargetView.Threads(20, 8, 0, 0)),
        1,
        new TargetView.Stops(3, Duration.ofMillis(42), Optional.of(Duration.ofMillis(20))),
        new TargetView.Stops(1, Duration.ofMillis(1500), Optional.empty()),
        900,
        Optional.of(Instant.now()));
  }

  /** Opens every kind of finding. */
  void leak() {
    report(Samples.profile().findings(), Life.Stage.OPENED);
  }

  void report(List<Finding> findings, Life.Stage stage) {
    Instant now = Instant.now();
    Life life = new Life(stage, now.minusSeconds(300), now);
    List<Finding> changes = new ArrayList<>();
    for (Finding finding : findings) {
      changes.add(finding.at(life, stage == Life.Stage.RESOLVED ? List.of() : finding.threads()));
    }
    this.findings.accept(
        new LeakProfile(
            Optional.of(ORDERS),
            now,
            Samples.profile().dump(),
            ThreadCounts.of(30, 12, changes),
            changes,
            List.of()));
  }

  @Override
  public List<TargetView> targets() {
    return List.copyOf(targets);
  }

  @Override
  public Optional<DeliveryView> delivery() {
    return delivery;
  }

  @Override
  public Optional<String> unready() {
    return targets.isEmpty() ? Optional.of("no JVM is watched just now") : Optional.empty();
  }

  @Override
  public String version() {
    return "1.0";
  }

  @Override
  public Map<Target, List<ThreadView>> threads() {
    int number = dumps.incrementAndGet();
    return Map.of(
        ORDERS,
        List.of(thread("import-1", 21, "WAITING"), thread("worker-" + number, 99, "RUNNABLE")));
  }

  private static ThreadView thread(String name, long id, String state) {
    return new ThreadView(
        name,
        id,
        state,
        state.equals("WAITING") ? "java.util.concurrent.ArrayBlockingQueue" : "",
        Optional.of(Duration.ofSeconds(90)),
        List.of("app.Import.next(Import.java:31)", "java.lang.Thread.run(Thread.java:840)"),
        List.of("java.lang.Thread.start(Thread.java:809)", "app.Import.start(Import.java:11)"));
  }
}
