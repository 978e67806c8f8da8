package io.stranded.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dashboards and alerts, which are of no use when they ask for numbers that nobody has. */
class DashboardsTest {
  private static final Path FOLDER = Path.of("..", "dashboards");
  private static final Pattern NAME = Pattern.compile("stranded_[a-z_]*[a-z]");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  @ParameterizedTest
  @ValueSource(strings = {"stranded.json", "stranded-rules.yml"})
  void numbersThatAreAskedForAreThere(String file) throws IOException {
    Set<String> asked = names(Files.readString(FOLDER.resolve(file)));
    asked.removeIf(name -> name.startsWith("stranded_fleet_"));
    assertThat(names(metrics())).isNotEmpty().containsAll(asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stranded.json", "stranded-fleet.json"})
  void dashboardHasUnitsVariablesAndLinks(String file) throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(FOLDER.resolve(file).toFile());
    assertThat(dashboard.path("templating").path("list")).isNotEmpty();
    assertThat(dashboard.path("links")).isNotEmpty();
    assertThat(dashboard.path("panels")).isNotEmpty();
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
      assertThat(panel.path("fieldConfig").path("defaults").path("unit").asText())
          .as(title)
          .isNotEmpty();
      assertThat(panel.path("targets")).as(title).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stranded.json", "stranded-fleet.json", "stranded-rules.yml"})
  void jvmsThatPrometheusTellsApartAreNeverOne(String file) throws IOException {
    assertThat(Files.readString(FOLDER.resolve(file)))
        .doesNotContainPattern("by \\([^)]*\\b(service|pid)\\b");
  }

  /** Two instances that tell of the same fleet are one fleet. */
  @ParameterizedTest
  @ValueSource(strings = {"stranded-fleet.json", "stranded-rules.yml"})
  void fleetIsCountedOnce(String file) throws IOException {
    String text = Files.readString(FOLDER.resolve(file));
    Matcher number = Pattern.compile("(max without \\([^)]*\\) \\()?stranded_fleet_").matcher(text);
    assertThat(number.results().map(found -> found.group(1)))
        .isNotEmpty()
        .allSatisfy(largest -> assertThat(largest).startsWith("max without (instance, pod"));
  }

  @Test
  void runbookOfEachAlertTellsOfIt() throws IOException {
    String rules = Files.readString(FOLDER.resolve("stranded-rules.yml"));
    String document = Files.readString(FOLDER.resolveSibling("docs").resolve("endpoint.md"));
    String runbook = document.substring(document.indexOf("## Alerts"));
    List<String> alerts = found(rules, "- alert: (.+)");
    assertThat(alerts).isNotEmpty();
    assertThat(found(rules, " runbook: (.+)"))
        .hasSameSizeAs(alerts)
        .containsOnly("docs/endpoint.md#alerts");
    assertThat(found(runbook, "(?m)^\\| `(Stranded\\w+)` \\|")).isEqualTo(alerts);
  }

  @Test
  void promtoolTakesTheRulesAndTheirTestsHold() throws Exception {
    assumeTrue(Files.isExecutable(PROMTOOL), "there is no promtool on this machine");
    promtool(Optional.empty(), "check", "rules", "stranded-rules.yml");
    promtool(Optional.empty(), "test", "rules", "stranded-rules-test.yml");
  }

  @Test
  void promtoolTakesTheMetrics() throws Exception {
    assumeTrue(Files.isExecutable(PROMTOOL), "there is no promtool on this machine");
    promtool(Optional.of(metrics()), "check", "metrics");
  }

  private static String metrics() {
    FakeSidecar sidecar = new FakeSidecar();
    sidecar.delivery = Optional.of(new DeliveryView(5, 10, 1, 0, 0, Optional.empty()));
    sidecar.leak();
    Response answer =
        PrometheusText.of(new SidecarMetrics(sidecar, sidecar.findings).all(), "text/plain");
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static List<String> found(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }

  private static void promtool(Optional<String> input, String... command)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(List.of(PROMTOOL.toString()));
    whole.addAll(List.of(command));
    File given = Files.createTempFile("stranded-metrics", ".txt").toFile();
    try {
      Files.writeString(given.toPath(), input.orElse(""));
      Process process =
          new ProcessBuilder(whole)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectInput(given)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    } finally {
      Files.delete(given.toPath());
    }
  }
}
