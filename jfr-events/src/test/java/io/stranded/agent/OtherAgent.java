package io.stranded.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** An agent of somebody else, that changes classes which have hooks. */
public final class OtherAgent {
  private OtherAgent() {}

  /** Called by the JVM when a test has attached. */
  public static void agentmain(String options, Instrumentation instrumentation)
      throws UnmodifiableClassException {
    instrumentation.retransformClasses(LockSupport.class, Thread.class);
  }

  /** Packs it into a jar of that directory. */
  static Path pack(Path directory) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Agent-Class", OtherAgent.class.getName());
    manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
    String entry = OtherAgent.class.getName().replace('.', '/') + ".class";
    Path jar = directory.resolve("other-agent.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry(entry));
      Files.copy(Path.of("target", "test-classes").resolve(entry), out);
    }
    return jar;
  }
}
