package io.stranded.endpoint;

import io.stranded.finding.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a sidecar shows: its findings, the JVMs that it watches, profiles of their threads. */
public final class SidecarSite implements Site {
  private record Course(Growth live, Growth leaked) {}

  private final SidecarView sidecar;
  private final OpenFindings findings;
  private final SidecarMetrics metrics;
  private final SidecarLeaks leaks;
  private final boolean profiles;
  private final Map<String, Course> courses = new LinkedHashMap<>();

  /**
   * The site of a sidecar.
   *
   * @param findings what it has found; a sink of the same sidecar
   * @param profiles whether a request may have the threads of JVMs dumped
   */
  public SidecarSite(SidecarView sidecar, OpenFindings findings, boolean profiles) {
    this.sidecar = sidecar;
    this.findings = findings;
    this.metrics = new SidecarMetrics(sidecar, findings);
    this.leaks = new SidecarLeaks(findings);
    this.profiles = profiles;
  }

  @Override
  public List<Metric> metrics() {
    return metrics.all();
  }

  @Override
  public Optional<String> unready() {
    return sidecar.unready();
  }

  @Override
  public PageState page() {
    List<PageTarget> targets = new ArrayList<>();
    for (TargetView view : sidecar.targets()) {
      Course course = course(view.jvm());
      targets.add(new PageTarget(view, course.live(), course.leaked()));
    }
    List<String> notes = new ArrayList<>();
    sidecar.unready().ifPresent(notes::add);
    sidecar.delivery().flatMap(DeliveryView::problem).ifPresent(notes::add);
    return new PageState(title(targets), Instant.now(), targets, leaks.now(), notes);
  }

  @Override
  public Map<String, Route> routes() {
    Map<String, Route> routes = new LinkedHashMap<>(FindingRoutes.of(findings));
    routes.putAll(PprofRoutes.of(sidecar, findings, profiles));
    return routes;
  }

  @Override
  public long version() {
    return findings.version();
  }

  @Override
  public void sample(Instant now) {
    List<TargetView> targets = sidecar.targets();
    for (TargetView view : targets) {
      Course course = course(view.jvm());
      course.live().add(now, view.now().live());
      course.leaked().add(now, view.now().leaked());
    }
    synchronized (courses) {
      courses.keySet().retainAll(targets.stream().map(view -> view.jvm().instanceId()).toList());
    }
    leaks.sample(now);
  }

  private Course course(Target jvm) {
    synchronized (courses) {
      return courses.computeIfAbsent(
          jvm.instanceId(), id -> new Course(new Growth(), new Growth()));
    }
  }

  private static String title(List<PageTarget> targets) {
    if (targets.size() != 1) {
      return targets.size() + " JVMs";
    }
    Target jvm = targets.get(0).view().jvm();
    return jvm.serviceName() + " " + jvm.pid();
  }
}
