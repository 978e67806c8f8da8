package io.stranded.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The direction of dependencies, within and across modules: nothing downstream is known upstream.
 */
@AnalyzeClasses(
    packages = "io.stranded",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {
  /** Leaves out what other modules lend to tests. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule DEPENDENCIES_POINT_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("events")
          .definedBy("io.stranded.events..")
          .layer("agent")
          .definedBy("io.stranded.agent..")
          .layer("finding")
          .definedBy("io.stranded.finding..")
          .layer("hprof")
          .definedBy("io.stranded.hprof..")
          .layer("heap")
          .definedBy("io.stranded.heap..")
          .layer("jdk")
          .definedBy("io.stranded.jdk..")
          .layer("liveness")
          .definedBy("io.stranded.liveness..")
          .layer("report")
          .definedBy("io.stranded.report..")
          .layer("kafka")
          .definedBy("io.stranded.kafka..")
          .layer("recording")
          .definedBy("io.stranded.recording..")
          .layer("source")
          .definedBy("io.stranded.source..")
          .layer("timeline")
          .definedBy("io.stranded.timeline..")
          .layer("trend")
          .definedBy("io.stranded.trend..")
          .layer("watch")
          .definedBy("io.stranded.watch..")
          .layer("cli")
          .definedBy("io.stranded.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("watch")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("timeline")
          .mayOnlyBeAccessedByLayers("watch")
          .whereLayer("trend")
          .mayOnlyBeAccessedByLayers("recording", "timeline", "watch", "cli")
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers("timeline", "watch", "cli")
          .whereLayer("recording")
          .mayOnlyBeAccessedByLayers("source", "watch", "cli")
          .whereLayer("kafka")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("kafka", "watch", "cli")
          .whereLayer("liveness")
          .mayOnlyBeAccessedByLayers("recording", "watch", "cli")
          .whereLayer("jdk")
          .mayOnlyBeAccessedByLayers("liveness")
          .whereLayer("heap")
          .mayOnlyBeAccessedByLayers("jdk", "liveness", "recording", "cli")
          .whereLayer("hprof")
          .mayOnlyBeAccessedByLayers("heap", "jdk", "liveness", "cli")
          .whereLayer("agent")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("events")
          .mayOnlyBeAccessedByLayers("agent");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.stranded.(*)..").should().beFreeOfCycles();

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

  /** The folder or jar that a class was read from. */
  private static String module(URI source) {
    String text = source.toString();
    return text.substring(0, text.indexOf("io/stranded/"));
  }
}
