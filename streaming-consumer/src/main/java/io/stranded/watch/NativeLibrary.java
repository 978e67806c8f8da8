package io.stranded.watch;

import io.stranded.internal.source.AgentJar;
import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetJvm;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;

/**
 * The native library, as it is packed in the agent's jar for the machine of one target. It takes
 * snapshots, and prepares for heap dumps with exact roots up to Java 21.
 */
final class NativeLibrary {
  /** The file that it becomes for the time of being loaded. */
  static final String FILE = "libstranded-snapshot.so";

  private final TargetJvm target;

  /**
   * One for all uses: a library of the same path is not loaded once more, although the file lies
   * there only while it is loaded.
   */
  private final String directoryName = TargetDirectory.newName(TargetDirectory.Kind.SNAPSHOT);

  NativeLibrary(TargetJvm target) {
    this.target = target;
  }

  /** The target's system and machine, in words. */
  String platform() {
    return target.property("os.name") + " on " + machine();
  }

  /** The names of Java and of the system differ for this one. */
  private String machine() {
    return target.property("os.arch").replace("amd64", "x86_64");
  }

  /**
   * Unpacks it into a private directory among the target's files, which is still to be handed over;
   * empty if this build has none for the target.
   */
  Optional<TargetDirectory> unpack() throws IOException {
    Optional<byte[]> bytes = target.property("os.name").equals("Linux") ? read() : Optional.empty();
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    TargetDirectory directory =
        TargetDirectory.make(
            target.files(),
            target.files().temporary(),
            TargetDirectory.Kind.SNAPSHOT,
            directoryName);
    try {
      directory.write(FILE, bytes.get());
      return Optional.of(directory);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private Optional<byte[]> read() throws IOException {
    String name = "io/stranded/agent/linux-" + machine() + "/" + FILE;
    try (InputStream packed = AgentJar.open();
        JarInputStream jar = new JarInputStream(packed)) {
      for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
        if (entry.getName().equals(name)) {
          return Optional.of(jar.readAllBytes());
        }
      }
    }
    return Optional.empty();
  }
}
