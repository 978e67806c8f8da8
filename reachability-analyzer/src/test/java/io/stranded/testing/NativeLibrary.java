package io.stranded.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A library that a test needs, built from a file of {@code src/test/c}. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Builds a library against the headers of the JDK.
   *
   * @param source a file of C
   * @return its path; the test is skipped, and says so, where there is no C compiler for Linux
   */
  public static String build(Jdk jdk, Path source, Path directory)
      throws IOException, InterruptedException {
    Path headers = jdk.home().resolve("include");
    assumeTrue(
        Files.exists(headers.resolve("linux/jni_md.h")), "no headers of Linux in " + headers);
    assumeTrue(
        List.of("/usr/bin/cc", "/usr/local/bin/cc").stream().map(Path::of).anyMatch(Files::exists),
        "there is no C compiler");
    String name = source.getFileName().toString().replaceFirst("\\.c$", "");
    Path library = directory.resolve("lib" + name + ".so").toAbsolutePath();
    Process compiler =
        new ProcessBuilder(
                "cc",
                "-std=c11",
                "-fPIC",
                "-shared",
                "-pthread",
                "-I" + headers,
                "-I" + headers.resolve("linux"),
                "-o",
                library.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (compiler.waitFor() != 0) {
      throw new AssertionError("cc failed: " + printed);
    }
    return library.toString();
  }
}
