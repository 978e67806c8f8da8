package io.stranded.snapshot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A forked JVM as a target of snapshots. */
final class ForkedTarget implements Snapshots.Target {
  private final ForkedJvm jvm;

  private ForkedTarget(ForkedJvm jvm) {
    this.jvm = jvm;
  }

  /** Takes snapshots of a JVM; the test is skipped where the library could not be built. */
  static Snapshots snapshots(ForkedJvm jvm, Path directory) {
    return snapshots(jvm, library(), directory);
  }

  /** The same with a copy of the library. */
  static Snapshots snapshots(ForkedJvm jvm, Path library, Path directory) {
    return new Snapshots(new ForkedTarget(jvm), library.toString(), Exchange.in(directory));
  }

  /** The library as built for this machine. */
  static Path library() {
    String machine = System.getProperty("os.arch").replace("amd64", "x86_64");
    Path library =
        Path.of(System.getProperty("stranded.native", "target/native"))
            .resolve("linux-" + machine)
            .resolve("libstranded-snapshot.so")
            .toAbsolutePath();
    assumeTrue(Files.exists(library), "there was no C compiler for " + library);
    return library;
  }

  @Override
  public void loadNativeAgent(String library, String options) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(jvm.pid()));
      try {
        machine.loadAgentPath(library, options);
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
      throw new IOException(e);
    }
  }

  @Override
  public boolean isAlive() {
    return jvm.process().isAlive();
  }
}
