package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    assertThat(pod.getSpec().getShareProcessNamespace()).isTrue();
  }

  @Test
  void daemonSetIsOfTheModel() throws IOException {
    assertIsDaemonSet(MAPPER.readValue(example("daemonset.yaml"), DaemonSet.class));
  }

  @Test
  void chartMakesTheDaemonSetOfTheExample() throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(SPRIG), "no Go with the functions of charts: the chart is not rendered");
    DaemonSet rendered = MAPPER.readValue(render(), DaemonSet.class);
    assertIsDaemonSet(rendered);
    DaemonSet example = MAPPER.readValue(example("daemonset.yaml"), DaemonSet.class);
    assertThat(rendered.getSpec().getTemplate().getSpec())
        .isEqualTo(example.getSpec().getTemplate().getSpec());
  }

  @Test
  void whatIsNotOfTheModelIsNoticed() throws IOException {
    String wrong = example("daemonset.yaml").replace("hostPID:", "hostPid:");
    assertThatThrownBy(() -> MAPPER.readValue(wrong, DaemonSet.class))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageContaining("hostPid");
  }

  private static void assertIsDaemonSet(DaemonSet set) {
    assertThat(set.getApiVersion()).isEqualTo("apps/v1");
    assertThat(set.getKind()).isEqualTo("DaemonSet");
    PodTemplateSpec pod = set.getSpec().getTemplate();
    assertIsSelected(set.getSpec().getSelector().getMatchLabels(), pod);
    assertRuns(pod.getSpec());
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
    assertThat(stranded.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(stranded.getResources().getLimits()).containsKey("memory");
    List<String> volumes = pod.getVolumes().stream().map(volume -> volume.getName()).toList();
    assertThat(all(pod).flatMap(container -> container.getVolumeMounts().stream()))
        .extracting(VolumeMount::getName)
        .isSubsetOf(volumes);
  }

  private static Container stranded(PodSpec pod) {
    return all(pod).filter(one -> one.getName().equals("stranded")).findFirst().orElseThrow();
  }

  private static Stream<Container> all(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream());
  }

  private static String example(String name) throws IOException {
    return Files.readString(PACKAGING.resolve("kubernetes").resolve(name));
  }

  /** The chart with its own values, by the functions that Helm has them from. */
  private static String render() throws IOException, InterruptedException {
    ProcessBuilder go =
        new ProcessBuilder(
            "go",
            "run",
            "src/test/go/render_chart.go",
            PACKAGING.resolve("helm/stranded").toString(),
            "daemonset.yaml");
    go.environment().put("GO111MODULE", "off");
    go.environment().put("GOPATH", "/usr/share/gocode");
    go.environment().put("GOCACHE", Path.of("target/go").toAbsolutePath().toString());
    Process process = go.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(rendered).isZero();
    return rendered;
  }
}
