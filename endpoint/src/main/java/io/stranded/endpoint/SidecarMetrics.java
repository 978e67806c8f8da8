package io.stranded.endpoint;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The numbers of a sidecar, of each JVM that it watches and of their findings by cause. However
 * many JVMs come and go, only those present are told, and of more than {@value #MOST_JVMS} the
 * others are one.
 */
public final class SidecarMetrics {
  static final int MOST_JVMS = 200;

  /** The label of all JVMs that are not told apart. */
  private static final Map<String, String> OTHERS = jvm("_others", "");

  private final SidecarView sidecar;
  private final OpenFindings findings;

  /** Numbers that are read each time they are asked for. */
  public SidecarMetrics(SidecarView sidecar, OpenFindings findings) {
    this.sidecar = sidecar;
    this.findings = findings;
  }

  /** The numbers of the sidecar, and of all JVMs. */
  public List<Metric> all() {
    List<Metric> metrics = new ArrayList<>(own());
    List<TargetView> targets = sidecar.targets();
    metrics.addAll(of(targets, findings.profiles(), targetLabels(targets)));
    return metrics;
  }

  /** The numbers of one JVM, which need no labels to tell it from others. */
  public List<Metric> of(TargetView target) {
    List<LeakProfile> profiles =
        findings.profiles().stream().filter(p -> isOf(p, target.jvm())).toList();
    return of(List.of(target), profiles, jvm -> Map.of());
  }

  /** The numbers of the sidecar itself. */
  public List<Metric> own() {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(
        new Metric(
            Metric.Kind.INFO,
            "stranded_build",
            "The version of Stranded.",
            "",
            List.of(
                new Metric.Sample(
                    labels(
                        "version", sidecar.version(),
                        "java", System.getProperty("java.runtime.version", "")),
                    1))));
    metrics.add(
        Metric.gauge(
            "stranded_targets",
            "JVMs that are watched.",
            List.of(new Metric.Sample(Map.of(), sidecar.targets().size()))));
    metrics.add(
        Metric.counter(
            "stranded_finding_changes",
            "Changes of findings that were reported.",
            findings.changes().entrySet().stream()
                .map(
                    change ->
                        new Metric.Sample(
                            Map.of("stage", lower(change.getKey())), change.getValue()))
                .toList()));
    sidecar.delivery().ifPresent(delivery -> metrics.addAll(of(delivery)));
    metrics.addAll(ProcessMetrics.now());
    return metrics;
  }

  private static List<Metric> of(DeliveryView delivery) {
    return List.of(
        gauge("stranded_spool_records", "Records that wait for Kafka.", delivery.pending()),
        gauge(
            "stranded_kafka_up",
            "1 unless something keeps findings from being delivered.",
            delivery.problem().isPresent() ? 0 : 1),
        counter("stranded_kafka_delivered_records", "Records delivered.", delivery.delivered()),
        counter(
            "stranded_spool_dropped_records",
            "Records dropped because the spool was full.",
            delivery.dropped()),
        counter(
            "stranded_spool_refused_findings",
            "Findings that could not be spooled.",
            delivery.refused()),
        counter(
            "stranded_kafka_quarantined_records",
            "Records that Kafka does not take.",
            delivery.setAside()));
  }

  private List<Metric> of(
      List<TargetView> targets,
      List<LeakProfile> profiles,
      Function<Target, Map<String, String>> labels) {
    List<Metric> metrics = new ArrayList<>();
    Sums threads = new Sums();
    Sums baseline = new Sums();
    for (TargetView target : targets) {
      Map<String, String> jvm = labels.apply(target.jvm());
      threads(threads, jvm, target.now());
      threads.add(with(jvm, "state", "stuck"), target.stuck());
      target.baseline().ifPresent(usual -> threads(baseline, jvm, usual));
    }
    metrics.add(
        Metric.gauge(
            "stranded_threads",
            "Threads that live, are parked without a timeout, suspect, proved to be leaked, or"
                + " stuck.",
            threads.samples()));
    metrics.add(
        Metric.gauge(
            "stranded_threads_baseline",
            "The same as was usual after the start.",
            baseline.samples()));
    metrics.add(
        Metric.gauge(
            "stranded_threads_level",
            "How far above usual they are: 0 normal, 1 warning, 2 critical.",
            each(targets, labels, true, TargetView::level)));
    metrics.add(
        Metric.counter(
            "stranded_snapshots",
            "Frozen snapshots taken.",
            each(targets, labels, false, target -> target.snapshots().count())));
    metrics.add(
        Metric.counter(
                "stranded_snapshot_pause",
                "How long snapshots stopped the JVM.",
                each(targets, labels, false, target -> seconds(target.snapshots().total())))
            .in("seconds"));
    metrics.add(
        Metric.gauge(
                "stranded_snapshot_pause_max",
                "How long a snapshot stopped the JVM at most.",
                each(targets, labels, true, target -> longest(target.snapshots())))
            .in("seconds"));
    metrics.add(
        Metric.counter(
            "stranded_heap_dumps",
            "Heap dumps taken.",
            each(targets, labels, false, target -> target.dumps().count())));
    metrics.add(
        Metric.counter(
                "stranded_heap_dump_pause",
                "How long heap dumps stopped the JVM.",
                each(targets, labels, false, target -> seconds(target.dumps().total())))
            .in("seconds"));
    metrics.add(
        Metric.counter(
            "stranded_events",
            "Events heard of the JVM.",
            each(targets, labels, false, TargetView::events)));
    metrics.add(
        Metric.gauge(
                "stranded_lag",
                "How far what is known is behind what has happened.",
                each(
                    targets.stream().filter(t -> t.toldUntil().isPresent()).toList(),
                    labels,
                    true,
                    SidecarMetrics::lag))
            .in("seconds"));
    metrics.addAll(ofFindings(profiles, labels));
    return metrics;
  }

  private static List<Metric> ofFindings(
      List<LeakProfile> profiles, Function<Target, Map<String, String>> labels) {
    Sums open = new Sums();
    Sums threads = new Sums();
    Sums pinned = new Sums();
    for (LeakProfile profile : profiles) {
      Map<String, String> jvm = profile.target().map(labels).orElse(OTHERS);
      // So that an alert has a series to watch before the first leak.
      open.add(finding(jvm, Standing.LEAKED, Cause.UNKNOWN), 0);
      for (Finding finding : profile.findings()) {
        Map<String, String> kind = finding(jvm, finding.standing(), finding.cause());
        open.add(kind, 1);
        threads.add(kind, finding.count());
        pinned.add(kind, finding.pinnedBytes());
      }
    }
    return List.of(
        Metric.gauge("stranded_findings", "Open findings.", open.samples()),
        Metric.gauge("stranded_finding_threads", "Threads of open findings.", threads.samples()),
        Metric.gauge(
                "stranded_finding_pinned",
                "Heap that only threads of open findings keep alive.",
                pinned.samples())
            .in("bytes"));
  }

  private static void threads(Sums sums, Map<String, String> jvm, TargetView.Threads threads) {
    sums.add(with(jvm, "state", "live"), threads.live());
    sums.add(with(jvm, "state", "parked"), threads.parked());
    sums.add(with(jvm, "state", "suspect"), threads.suspect());
    sums.add(with(jvm, "state", "leaked"), threads.leaked());
  }

  private static List<Metric.Sample> each(
      List<TargetView> targets,
      Function<Target, Map<String, String>> labels,
      boolean highest,
      ToDoubleFunction<TargetView> value) {
    Sums sums = new Sums();
    for (TargetView target : targets) {
      Map<String, String> jvm = labels.apply(target.jvm());
      if (highest) {
        sums.max(jvm, value.applyAsDouble(target));
      } else {
        sums.add(jvm, value.applyAsDouble(target));
      }
    }
    return sums.samples();
  }

  private static Function<Target, Map<String, String>> targetLabels(List<TargetView> targets) {
    Map<String, Map<String, String>> known = new LinkedHashMap<>();
    targets.stream()
        .limit(MOST_JVMS)
        .map(TargetView::jvm)
        .forEach(
            jvm -> known.put(jvm.instanceId(), jvm(jvm.serviceName(), Long.toString(jvm.pid()))));
    return jvm -> known.getOrDefault(jvm.instanceId(), OTHERS);
  }

  private static boolean isOf(LeakProfile profile, Target jvm) {
    return profile.target().filter(t -> t.instanceId().equals(jvm.instanceId())).isPresent();
  }

  private static Metric gauge(String name, String help, long value) {
    return Metric.gauge(name, help, List.of(new Metric.Sample(Map.of(), (double) value)));
  }

  private static Metric counter(String name, String help, long value) {
    return Metric.counter(name, help, List.of(new Metric.Sample(Map.of(), (double) value)));
  }

  private static double longest(TargetView.Stops stops) {
    return seconds(stops.longest().orElse(Duration.ZERO));
  }

  private static double lag(TargetView target) {
    Optional<Instant> told = target.toldUntil();
    return told.isEmpty() ? 0 : Math.max(0, seconds(Duration.between(told.get(), Instant.now())));
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static Map<String, String> jvm(String service, String pid) {
    return labels("service", service, "pid", pid);
  }

  private static Map<String, String> finding(
      Map<String, String> jvm, Standing standing, Cause cause) {
    return with(with(jvm, "standing", lower(standing)), "cause", lower(cause));
  }

  private static Map<String, String> with(Map<String, String> labels, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(labels);
    more.put(name, value);
    return more;
  }

  private static Map<String, String> labels(
      String name, String value, String otherName, String otherValue) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(name, value);
    labels.put(otherName, otherValue);
    return labels;
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  /** Values by labels; what has the same labels is one. */
  private static final class Sums {
    private final Map<Map<String, String>, Double> values = new LinkedHashMap<>();

    void add(Map<String, String> labels, long value) {
      add(labels, (double) value);
    }

    void add(Map<String, String> labels, double value) {
      values.merge(labels, value, Double::sum);
    }

    void max(Map<String, String> labels, double value) {
      values.merge(labels, value, Math::max);
    }

    List<Metric.Sample> samples() {
      return values.entrySet().stream()
          .map(entry -> new Metric.Sample(entry.getKey(), entry.getValue()))
          .toList();
    }
  }
}
