package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.junit.fixtures.LeakingTests;
import java.io.IOException;
import java.io.StringReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/junit.md shows: compiled and run, once with a leak and once without. */
class DocumentedExamplesTest {
  private static final Path PAGE = Path.of("../docs/junit.md");
  private static final Pattern FENCE =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String LEAK =
      """
      Thread thread =
          new Thread(
              () -> {
                try {
                  new java.util.concurrent.CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  // That is its end.
                }
              },
              "%s");
      thread.setDaemon(true);
      thread.start();
      """;

  @TempDir Path folder;

  @Test
  void dependencyIsTheOneOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String coordinates =
        List.of(first(pom, "groupId"), secondArtifact(pom), first(pom, "version")).stream()
            .collect(Collectors.joining(":"));
    String xml = only("xml", "<dependency>");
    assertThat(first(xml, "groupId") + ":" + first(xml, "artifactId") + ":" + first(xml, "version"))
        .isEqualTo(coordinates);
    assertThat(first(xml, "scope")).isEqualTo("test");
    assertThat(only("kotlin", "dependencies").replaceAll("\\s+", " ").strip())
        .isEqualTo("dependencies { testImplementation(\"" + coordinates + "\") }");
  }

  @Test
  void propertiesCheckTheWholeSuite() throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(only("", "stranded.threadleaks=true")));
    Map<String, String> parameters = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> parameters.put(n, properties.getProperty(n)));
    assertThat(TestRun.of(parameters, LeakingTests.Plain.class).failures())
        .containsOnlyKeys("leaks()");
  }

  @Test
  void annotationOfAClass() throws Exception {
    String shown = only("java", "class CartTest");
    assertThat(run("CartTest", shown.replace("…", LEAK.formatted("lost")))).contains("\"lost\"");
    assertThat(run("CartTest", shown.replace("…", ""))).isEmpty();
  }

  @Test
  void extensionOfAField() throws Exception {
    String test = only("java", "@RegisterExtension") + "@Test void leaks() { %s }";
    String leak = test.formatted(LEAK.formatted("lost"));
    String ignored = test.formatted(LEAK.formatted("cache-1"));
    assertThat(run("FieldTest", "class FieldTest { " + leak + " }")).contains("\"lost\"");
    assertThat(run("FieldTest", "class FieldTest { " + ignored + " }")).isEmpty();
  }

  @Test
  void testThatHangs() throws Exception {
    String shown =
        "class HangingTest { "
            + only("java", "@FailIfStranded").replace("transfers()", "transfers() throws Exception")
            + " }";
    String hangs = shown.replace("…", "new java.util.concurrent.CountDownLatch(1).await();");
    assertThat(run("HangingTest", hangs)).contains("transfers() can never end");
    assertThat(run("HangingTest", shown.replace("…", ""))).isEmpty();
  }

  @Test
  void plainCalls() throws Exception {
    String shown = "class PlainTest { @Test void test() { " + only("java", "ignoreCurrent") + "} }";
    assertThat(run("PlainTest", shown.replace("…", LEAK.formatted("lost")))).contains("\"lost\"");
    assertThat(run("PlainTest", shown.replace("…", ""))).isEmpty();
  }

  /** What has failed in a class, with the reasons. */
  private String run(String name, String body) throws Exception {
    Path folderOfOne = Files.createTempDirectory(folder, "shown");
    Path source = folderOfOne.resolve(name + ".java");
    Files.writeString(
        source,
        """
        package shop;
        import io.stranded.junit.*;
        import io.stranded.leaks.*;
        import org.junit.jupiter.api.Test;
        import org.junit.jupiter.api.extension.RegisterExtension;
        """
            + body);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int status =
        compiler.run(null, null, null, "-proc:none", "-d", folderOfOne + "", source.toString());
    assertThat(status).as(body).isZero();
    URL[] urls = {folderOfOne.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      TestRun run = TestRun.of(loader.loadClass("shop." + name));
      assertThat(run.passed().size() + run.failures().size()).isGreaterThan(2);
      return String.join("\n", run.failures().values());
    }
  }

  private static String only(String language, String part) throws IOException {
    List<String> found =
        FENCE
            .matcher(Files.readString(PAGE))
            .results()
            .filter(fence -> fence.group(1).equals(language) && fence.group(2).contains(part))
            .map(fence -> fence.group(2))
            .toList();
    assertThat(found).as(language + " with " + part).hasSize(1);
    return found.get(0);
  }

  private static String first(String xml, String element) {
    return elements(xml, element).get(0);
  }

  /** The first one is the parent's. */
  private static String secondArtifact(String pom) {
    return elements(pom, "artifactId").get(1);
  }

  private static List<String> elements(String xml, String element) {
    return Pattern.compile("<" + element + ">(.*?)</" + element + ">")
        .matcher(xml)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
