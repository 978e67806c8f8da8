package io.stranded.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The direction of dependencies in all modules: nothing downstream is known upstream. */
@AnalyzeClasses(packages = "io.stranded", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** For each package in {@code io.stranded}, the others that it may use. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          // reachability-analyzer
          Map.entry("finding", Set.of()),
          Map.entry("internal.stack", Set.of("finding")),
          Map.entry("internal.files", Set.of()),
          Map.entry("internal.terminal", Set.of()),
          Map.entry("internal.hprof", Set.of("finding", "internal.files")),
          Map.entry("internal.heap", Set.of("finding", "internal.hprof")),
          Map.entry(
              "internal.jdk",
              Set.of("finding", "internal.stack", "internal.hprof", "internal.heap")),
          Map.entry(
              "liveness",
              Set.of(
                  "finding", "internal.stack", "internal.hprof", "internal.heap", "internal.jdk")),
          Map.entry("report", Set.of("finding", "internal.stack")),
          // heap-snapshot
          Map.entry("snapshot", Set.of()),
          // junit-extension
          Map.entry("internal.proof", Set.of("finding", "liveness", "snapshot")),
          Map.entry("leaks", Set.of("finding", "internal.stack", "report", "internal.proof")),
          Map.entry("junit", Set.of("leaks")),
          Map.entry("testng", Set.of("leaks")),
          // jfr-events
          Map.entry("events", Set.of()),
          Map.entry("agent", Set.of("events")),
          // kafka-sink
          Map.entry("kafka", Set.of("finding", "internal.stack", "internal.files", "report")),
          // endpoint
          Map.entry("endpoint", Set.of("finding", "internal.stack", "report")),
          // otlp-sink
          Map.entry("otlp", Set.of("finding", "endpoint")),
          // recordings
          Map.entry("internal.trend", Set.of("finding", "internal.stack")),
          Map.entry(
              "internal.recording",
              Set.of(
                  "finding",
                  "internal.stack",
                  "internal.files",
                  "internal.heap",
                  "liveness",
                  "events",
                  "internal.trend")),
          // streaming-consumer
          Map.entry(
              "internal.source",
              Set.of(
                  "finding", "internal.stack", "internal.files", "events", "internal.recording")),
          Map.entry(
              "internal.timeline",
              Set.of("finding", "internal.stack", "internal.trend", "internal.source")),
          Map.entry(
              "watch",
              Set.of(
                  "finding",
                  "internal.stack",
                  "internal.files",
                  "liveness",
                  "report",
                  "snapshot",
                  "internal.trend",
                  "internal.recording",
                  "internal.source",
                  "internal.timeline")),
          // cli
          Map.entry(
              "cli",
              Set.of(
                  "finding",
                  "internal.stack",
                  "internal.files",
                  "internal.terminal",
                  "internal.hprof",
                  "internal.heap",
                  "liveness",
                  "report",
                  "snapshot",
                  "kafka",
                  "endpoint",
                  "otlp",
                  "internal.trend",
                  "internal.recording",
                  "internal.source",
                  "watch")),
          // fleet
          Map.entry(
              "fleet",
              Set.of(
                  "finding", "internal.stack", "internal.terminal", "report", "kafka", "endpoint")),
          // jmc-rule
          Map.entry("jmc", Set.of("finding", "internal.stack", "internal.recording")));

  @ArchTest static final ArchRule DEPENDENCIES_POINT_ONE_WAY = layers();

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.stranded.(**)").should().beFreeOfCycles();

  @ArchTest
  static void noPackageIsInTwoModules(JavaClasses classes) {
    Map<String, Set<String>> modulesByPackage =
        classes.stream()
            .collect(
                Collectors.groupingBy(
                    type -> type.getPackageName(),
                    Collectors.mapping(
                        type -> module(type.getSource().orElseThrow().getUri()),
                        Collectors.toSet())));
    assertThat(modulesByPackage)
        .allSatisfy((name, modules) -> assertThat(modules).as(name).hasSize(1));
  }

  private static LayeredArchitecture layers() {
    LayeredArchitecture layers =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            // A new package has no place until it is given one here.
            .ensureAllClassesAreContainedInArchitecture();
    for (String name : MAY_USE.keySet()) {
      layers = layers.layer(name).definedBy("io.stranded." + name + "..");
    }
    for (Map.Entry<String, Set<String>> place : MAY_USE.entrySet()) {
      LayeredArchitecture.LayerDependencySpecification layer = layers.whereLayer(place.getKey());
      layers =
          place.getValue().isEmpty()
              ? layer.mayNotAccessAnyLayer()
              : layer.mayOnlyAccessLayers(place.getValue().toArray(String[]::new));
    }
    return layers;
  }

  /** The folder or jar that a class was read from. */
  private static String module(URI source) {
    String text = source.toString();
    return text.substring(0, text.indexOf("io/stranded/"));
  }
}
