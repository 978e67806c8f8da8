package io.stranded.cli;

import io.stranded.endpoint.DeliveryView;
import io.stranded.endpoint.SidecarView;
import io.stranded.endpoint.TargetView;
import io.stranded.endpoint.ThreadView;
import io.stranded.finding.Target;
import io.stranded.internal.trend.Level;
import io.stranded.kafka.DeliveryStatus;
import io.stranded.kafka.KafkaFindingSink;
import io.stranded.watch.Counted;
import io.stranded.watch.Sidecar;
import io.stranded.watch.TargetStatus;
import io.stranded.watch.ThreadNow;
import io.stranded.watch.TrendStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running sidecar as an endpoint sees it.
 *
 * @param kafka where its findings go as well
 * @param discovers whether it waits for JVMs to come, so that it is ready without any
 */
record WatchView(Sidecar sidecar, Optional<KafkaFindingSink> kafka, boolean discovers)
    implements SidecarView {
  @Override
  public List<TargetView> targets() {
    return sidecar.status().stream().map(WatchView::target).toList();
  }

  @Override
  public Optional<DeliveryView> delivery() {
    return kafka.map(KafkaFindingSink::status).map(WatchView::delivery);
  }

  @Override
  public Optional<String> unready() {
    return discovers || !sidecar.status().isEmpty()
        ? Optional.empty()
        : Optional.of("no JVM is watched just now");
  }

  @Override
  public String version() {
    return Main.Version.number();
  }

  @Override
  public Map<Target, List<ThreadView>> threads() throws IOException {
    Map<Target, List<ThreadView>> all = new HashMap<>();
    sidecar
        .threads()
        .forEach(
            (target, threads) -> all.put(target, threads.stream().map(WatchView::thread).toList()));
    return all;
  }

  private static TargetView target(TargetStatus status) {
    Optional<TrendStatus.Numbers> trend = status.trend().map(TrendStatus::all);
    return new TargetView(
        status.target(),
        new TargetView.Threads(
            status.threads(), status.waiting(), status.suspects(), status.leaked()),
        status.stuck(),
        trend.flatMap(TrendStatus.Numbers::baseline).map(WatchView::counted),
        trend.map(numbers -> level(numbers.level())).orElse(0),
        new TargetView.Stops(
            status.snapshots(), status.stopped(), Optional.of(status.longestPause())),
        new TargetView.Stops(status.dumps(), status.paused(), Optional.empty()),
        status.events(),
        Optional.of(status.toldUntil()).filter(told -> !told.equals(Instant.MIN)));
  }

  private static int level(Level level) {
    return switch (level) {
      case LEARNING, NORMAL -> 0;
      case WARNING -> 1;
      case CRITICAL -> 2;
    };
  }

  private static TargetView.Threads counted(Counted counted) {
    return new TargetView.Threads(
        counted.live(), counted.parked(), counted.suspect(), counted.leaked());
  }

  private static DeliveryView delivery(DeliveryStatus status) {
    return new DeliveryView(
        status.pending(),
        status.delivered(),
        status.dropped(),
        status.refused(),
        status.setAside(),
        status.problem());
  }

  private static ThreadView thread(ThreadNow thread) {
    return new ThreadView(
        thread.name(),
        thread.id(),
        thread.state(),
        thread.waitsOn(),
        thread.waitingFor(),
        thread.stack(),
        thread.createdBy());
  }
}
