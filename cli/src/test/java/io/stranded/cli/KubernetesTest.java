package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The examples for Kubernetes, and the chart, are what Kubernetes and our command line take. */
class KubernetesTest {
  private static final Path PACKAGING = Path.of("..", "packaging");
  private static final Path SPRIG = Path.of("/usr/share/gocode/src/github.com/Masterminds/sprig");
  private static final ObjectMapper MAPPER = mapper();

  /** What is not in Kubernetes' model is refused, where the model itself would keep it. */
  private static ObjectMapper mapper() {
    return new YAMLMapper()
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .setAnnotationIntrospector(
            new JacksonAnnotationIntrospector() {
              private static final long serialVersionUID = 1;

              @Override
              public Boolean hasAnySetter(Annotated member) {
                return false;
              }
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"native-sidecar.yaml", "sidecar.yaml"})
  void sidecarIsOfTheModel(String name) throws IOException {
    Deployment deployment = MAPPER.readValue(example(name), Deployment.class);
    assertThat(deployment.getApiVersion()).isEqualTo("apps/v1");
    assertThat(deployment.getKind()).isEqualTo("Deployment");
    PodTemplateSpec pod = deployment.getSpec().getTemplate();
    assertIsSelected(deployment.getSpec().getSelector().getMatchLabels(), pod);
    assertRuns(pod.getSpec());
    assertListens(pod.getSpec(), "0.0.0.0:9404");
    assertThat(stranded(pod.getSpec()).getReadinessProbe()).isNull();
    assertThat(pod.getSpec().getShareProcessNamespace()).isTrue();
  }

  /** What runs is the other jar, whose options are not known here but in its own tests. */
  @Test
  void fleetIsOfTheModel() throws IOException {
    List<String> documents = fleet();
    Deployment deployment = MAPPER.readValue(documents.get(0), Deployment.class);
    PodTemplateSpec pod = deployment.getSpec().getTemplate();
    assertIsSelected(deployment.getSpec().getSelector().getMatchLabels(), pod);
    assertListens(pod.getSpec(), "0.0.0.0:9405");
    assertIsReadyWhenItSaysSo(pod.getSpec());
    assertHasItsVolumesAndLimits(pod.getSpec());
    Service service = MAPPER.readValue(documents.get(1), Service.class);
    assertIsSelected(service.getSpec().getSelector(), pod);
    assertThat(service.getSpec().getPorts())
        .extracting(port -> port.getTargetPort().getStrVal())
        .containsExactly("metrics");
  }

  private static List<String> fleet() throws IOException {
    return Pattern.compile("(?m)^---$").splitAsStream(example("fleet.yaml")).toList();
  }

  /** What the fleet's container starts is in the image. */
  @Test
  void fleetIsInTheImage() throws IOException {
    String file = Files.readString(PACKAGING.resolve("Containerfile"));
    String options = Files.readString(PACKAGING.resolve("fleet.args"));
    List<String> documents = fleet();
    List<String> command =
        stranded(
                MAPPER
                    .readValue(documents.get(0), Deployment.class)
                    .getSpec()
                    .getTemplate()
                    .getSpec())
            .getCommand();
    assertThat(command).containsExactly("/opt/java/bin/java", "@/opt/stranded/fleet.args");
    assertThat(file).contains("fleet.args /opt/stranded/", "for name in stranded stranded-fleet");
    assertThat(options.lines()).endsWith("-jar", "/opt/stranded/stranded-fleet.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"native-sidecar.yaml", "sidecar.yaml", "daemonset.yaml", "fleet.yaml"})
  void podMonitorAsksThemAllWithTheirToken(String name) throws IOException {
    JsonNode monitor = MAPPER.readTree(example("podmonitor.yaml"));
    JsonNode pod = MAPPER.readTree(example(name)).at("/spec/template");
    assertThat(pod.at("/metadata/labels").properties())
        .containsAll(monitor.at("/spec/selector/matchLabels").properties());
    assertThat(monitor.at("/spec/podMetricsEndpoints/0/port").asText()).isEqualTo("metrics");
    assertThat(pod.at("/spec/volumes").findValuesAsText("secretName"))
        .containsExactly(
            monitor.at("/spec/podMetricsEndpoints/0/authorization/credentials/name").asText());
  }

  @Test
  void daemonSetIsOfTheModel() throws IOException {
    assertIsDaemonSet(MAPPER.readValue(example("daemonset.yaml"), DaemonSet.class));
  }

  @Test
  void chartMakesTheDaemonSetOfTheExample() throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(SPRIG), "no Go with the functions of charts: the chart is not rendered");
    DaemonSet rendered = MAPPER.readValue(render("daemonset.yaml", ""), DaemonSet.class);
    assertIsDaemonSet(rendered);
    DaemonSet example = MAPPER.readValue(example("daemonset.yaml"), DaemonSet.class);
    assertThat(rendered.getSpec().getTemplate().getSpec())
        .isEqualTo(example.getSpec().getTemplate().getSpec());
    assertThat(render("podmonitor.yaml", "")).isBlank();
    assertThat(render("NOTES.txt", ""))
        .contains(
            "--namespace monitoring create secret generic stranded-listen --from-literal=token=");
  }

  @Test
  void chartTakesWhatOneWants() throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(SPRIG), "no Go with the functions of charts: the chart is not rendered");
    String values =
        """
        listen: {port: 9999, tokenSecret: mine, tokenKey: password}
        podMonitor: {enabled: true, labels: {release: prometheus}}
        extraArgs: [--bootstrap-server, "kafka:9092", --command-config, /kafka/client.properties]
        env:
          - {name: KAFKA_PASSWORD, valueFrom: {secretKeyRef: {name: kafka, key: password}}}
        extraVolumes: [{name: kafka, configMap: {name: kafka}}]
        extraVolumeMounts: [{name: kafka, mountPath: /kafka, readOnly: true}]
        podLabels: {team: shop}
        podAnnotations: {note: "1"}
        nodeSelector: {disk: fast}
        tolerations: [{operator: Exists}]
        resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {memory: 1Gi}}
        """;
    DaemonSet set = MAPPER.readValue(render("daemonset.yaml", values), DaemonSet.class);
    assertIsDaemonSet(set, "0.0.0.0:9999");
    PodTemplateSpec pod = set.getSpec().getTemplate();
    assertThat(pod.getMetadata().getLabels()).containsEntry("team", "shop");
    assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "1");
    assertThat(pod.getSpec().getNodeSelector()).containsEntry("disk", "fast");
    assertThat(pod.getSpec().getTolerations()).hasSize(1);
    Container stranded = stranded(pod.getSpec());
    assertThat(stranded.getArgs()).containsSequence("--command-config", "/kafka/client.properties");
    assertThat(stranded.getEnv()).extracting(EnvVar::getName).containsExactly("KAFKA_PASSWORD");
    JsonNode monitor = MAPPER.readTree(render("podmonitor.yaml", values));
    assertThat(monitor.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
    assertThat(monitor.at("/spec/podMetricsEndpoints/0/authorization/credentials"))
        .hasToString("{\"name\":\"mine\",\"key\":\"password\"}");
    assertThat(monitor.at("/spec/selector/matchLabels").size()).isEqualTo(2);
  }

  @Test
  void chartNeedNotListen() throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(SPRIG), "no Go with the functions of charts: the chart is not rendered");
    String values = "{listen: {enabled: false}, podMonitor: {enabled: true}}";
    DaemonSet set = MAPPER.readValue(render("daemonset.yaml", values), DaemonSet.class);
    assertRuns(set.getSpec().getTemplate().getSpec());
    Container stranded = stranded(set.getSpec().getTemplate().getSpec());
    assertThat(stranded.getArgs()).noneMatch(word -> word.startsWith("--listen"));
    assertThat(stranded.getPorts()).isEmpty();
    assertThat(stranded.getLivenessProbe()).isNull();
    assertThat(stranded.getVolumeMounts()).hasSize(2);
    assertThat(render("podmonitor.yaml", values)).isBlank();
  }

  @Test
  void whatIsNotOfTheModelIsNoticed() throws IOException {
    String wrong = example("daemonset.yaml").replace("hostPID:", "hostPid:");
    assertThatThrownBy(() -> MAPPER.readValue(wrong, DaemonSet.class))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageContaining("hostPid");
  }

  private static void assertIsDaemonSet(DaemonSet set) {
    assertIsDaemonSet(set, "0.0.0.0:9404");
  }

  private static void assertIsDaemonSet(DaemonSet set, String address) {
    assertThat(set.getApiVersion()).isEqualTo("apps/v1");
    assertThat(set.getKind()).isEqualTo("DaemonSet");
    PodTemplateSpec pod = set.getSpec().getTemplate();
    assertIsSelected(set.getSpec().getSelector().getMatchLabels(), pod);
    assertRuns(pod.getSpec());
    assertListens(pod.getSpec(), address);
    assertIsReadyWhenItSaysSo(pod.getSpec());
    assertThat(pod.getSpec().getHostPID()).isTrue();
  }

  private static void assertIsSelected(Map<String, String> selector, PodTemplateSpec pod) {
    assertThat(selector).isNotEmpty();
    assertThat(pod.getMetadata().getLabels()).containsAllEntriesOf(selector);
  }

  /** The command line takes the arguments, and all that is mounted is there. */
  private static void assertRuns(PodSpec pod) {
    Container stranded = stranded(pod);
    CommandLine.ParseResult parsed =
        CommandModel.whole(new Main()).parseArgs(stranded.getArgs().toArray(String[]::new));
    assertThat(parsed.subcommand().commandSpec().name()).isEqualTo("watch");
    assertHasItsVolumesAndLimits(pod);
  }

  /** Who can reach it needs the token, which is mounted; the kubelet asks without. */
  private static void assertListens(PodSpec pod, String address) {
    Container stranded = stranded(pod);
    assertThat(stranded.getArgs())
        .containsSequence("--listen", address, "--listen-token-file", "/etc/stranded/token");
    assertThat(stranded.getPorts())
        .extracting(port -> port.getName() + " " + port.getContainerPort())
        .containsExactly("metrics " + address.substring(address.indexOf(':') + 1));
    assertAsks(stranded.getLivenessProbe(), "/healthz");
    VolumeMount mounted =
        stranded.getVolumeMounts().stream()
            .filter(mount -> mount.getMountPath().equals("/etc/stranded"))
            .findFirst()
            .orElseThrow();
    assertThat(mounted.getReadOnly()).isTrue();
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getName().equals(mounted.getName()))
        .extracting(volume -> volume.getSecret().getSecretName())
        .doesNotContainNull()
        .hasSize(1);
  }

  private static void assertIsReadyWhenItSaysSo(PodSpec pod) {
    assertAsks(stranded(pod).getReadinessProbe(), "/readyz");
  }

  private static void assertAsks(Probe probe, String path) {
    assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("metrics");
  }

  private static void assertHasItsVolumesAndLimits(PodSpec pod) {
    Container stranded = stranded(pod);
    assertThat(stranded.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(stranded.getResources().getLimits()).containsKey("memory");
    List<String> volumes = pod.getVolumes().stream().map(volume -> volume.getName()).toList();
    assertThat(all(pod).flatMap(container -> container.getVolumeMounts().stream()))
        .extracting(VolumeMount::getName)
        .isSubsetOf(volumes);
  }

  private static Container stranded(PodSpec pod) {
    return all(pod).filter(one -> one.getName().startsWith("stranded")).findFirst().orElseThrow();
  }

  private static Stream<Container> all(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream());
  }

  private static String example(String name) throws IOException {
    return Files.readString(PACKAGING.resolve("kubernetes").resolve(name));
  }

  /**
   * The chart by the functions that Helm has them from.
   *
   * @param values what is to stand over the chart's own
   */
  private static String render(String template, String values)
      throws IOException, InterruptedException {
    Path given = Files.createTempFile("stranded-values", ".yaml");
    try {
      Files.writeString(given, values);
      ProcessBuilder go =
          new ProcessBuilder(
              "go",
              "run",
              "src/test/go/render_chart.go",
              PACKAGING.resolve("helm/stranded").toString(),
              template,
              given.toString());
      go.environment().put("GO111MODULE", "off");
      go.environment().put("GOPATH", "/usr/share/gocode");
      go.environment().put("GOCACHE", Path.of("target/go").toAbsolutePath().toString());
      Process process = go.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(rendered).isZero();
      return rendered;
    } finally {
      Files.delete(given);
    }
  }
}
