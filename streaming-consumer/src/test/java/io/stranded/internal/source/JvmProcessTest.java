package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmProcessTest {
  @TempDir Path directory;

  @Test
  void versionAndUserAreKnownWithoutAttaching() {
    LocalJvm itself = itself("app.Main");
    assertThat(itself.user()).contains(System.getProperty("user.name"));
    assertThat(itself.version().orElse("")).startsWith(Runtime.version().feature() + "");
    assertThat(itself.obstacle()).isEmpty();
  }

  @Test
  void startClassOfSpringBootIsMatched() throws IOException {
    Path jar =
        jar(
            Map.of(
                "Main-Class", "org.springframework.boot.loader.launch.JarLauncher",
                "Start-Class", "com.acme.Shop"));
    assertThat(itself(jar.toString()).matches(Pattern.compile("com\\.acme"))).isTrue();
    assertThat(itself(jar.toString()).matches(Pattern.compile("app\\.jar"))).isTrue();
  }

  @Test
  void mainClassOfAPlainJarIsMatched() throws IOException {
    String jar = jar(Map.of("Main-Class", "com.acme.Plain")).toString();
    assertThat(itself(jar).application()).contains("com.acme.Plain");
  }

  @Test
  void whatIsNoJarHasNoApplication() throws IOException {
    Path text = Files.writeString(directory.resolve("text.jar"), "no jar");
    assertThat(itself(text.toString()).application()).isEmpty();
    assertThat(itself(directory.resolve("none.jar").toString()).application()).isEmpty();
    assertThat(itself("com.acme.Main").matches(Pattern.compile("com\\.acme"))).isTrue();
    assertThat(itself("com.other.Main").matches(Pattern.compile("com\\.acme"))).isFalse();
  }

  private static LocalJvm itself(String main) {
    return JvmProcess.of(ProcessHandle.current().pid()).describe(main);
  }

  private Path jar(Map<String, String> attributes) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
    Path jar = directory.resolve("app.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }
}
