package io.stranded.watch;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.finding.FailureLine;
import io.stranded.internal.source.AgentJar;
import io.stranded.internal.source.AttachCheck;
import io.stranded.internal.source.StandingRecording;
import io.stranded.internal.source.TargetFiles;
import io.stranded.internal.source.TargetLostException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * Puts the agent and a flight recording with its events into a JVM for as long as it runs, or until
 * {@link AgentRemoval}.
 */
public final class AgentStart {
  /** What was there before. */
  public enum Before {
    /** Nothing of ours. */
    NOTHING,
    /** An agent, which keeps the options that it was started with. */
    AGENT
  }

  private AgentStart() {}

  /**
   * Loads the agent, unless one is at work, and starts the recording, unless it runs.
   *
   * @param threshold how long a wait must last to be told
   * @throws TargetLostException if there is no such process, or it does not let us
   */
  public static Before in(long pid, Duration threshold) throws IOException {
    AttachCheck.check(pid);
    TargetFiles files = TargetFiles.of(pid);
    try (AgentJar jar = AgentJar.unpack(files)) {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      Before before;
      try {
        before = AgentRemoval.status(machine).startsWith("running") ? Before.AGENT : Before.NOTHING;
        if (before == Before.NOTHING) {
          machine.loadAgent(jar.there().toString(), "threshold=" + threshold.toMillis() + "ms");
          String after = AgentRemoval.status(machine);
          if (!after.startsWith("running")) {
            throw new TargetLostException("the agent does not work in " + pid + ": " + after);
          }
        }
      } finally {
        machine.detach();
      }
      boolean unused = StandingRecording.start(pid, files);
      return before;
    } catch (TargetLostException e) {
      throw e;
    } catch (AttachNotSupportedException
        | AgentLoadException
        | AgentInitializationException
        | IOException e) {
      throw new TargetLostException("cannot attach to " + pid + ": " + FailureLine.of(e), e);
    }
  }

  /**
   * Puts the agent's jar and the settings of its events into a directory, for the command line of a
   * JVM: {@code stranded-agent.jar} and {@code stranded.jfc}. Those that are there are replaced as
   * a whole, since a JVM may be starting with them.
   */
  public static void unpackTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (InputStream jar = AgentJar.open()) {
      replace(directory.resolve("stranded-agent.jar"), jar.readAllBytes());
    }
    replace(directory.resolve("stranded.jfc"), StandingRecording.settings());
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".stranded", ".new");
    try {
      Files.write(fresh, content);
      // Other users' JVMs are to read it.
      boolean unused = fresh.toFile().setReadable(true, /* ownerOnly= */ false);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
