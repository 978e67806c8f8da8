package io.stranded.watch;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.internal.source.AgentJar;
import io.stranded.internal.source.AttachCheck;
import io.stranded.internal.source.AttachFailure;
import io.stranded.internal.source.Leftovers;
import io.stranded.internal.source.LiveRecording;
import io.stranded.internal.source.StandingRecording;
import io.stranded.internal.source.TargetFiles;
import io.stranded.internal.source.TargetLostException;
import java.io.IOException;

/**
 * Takes the agent out of a JVM, whoever loaded it. Only by attach: a JMX connection would leave the
 * threads of its server behind.
 */
public final class AgentRemoval {
  private static final String STATUS_PROPERTY = "stranded.agent.status";

  private AgentRemoval() {}

  /**
   * Removes the agent's hooks, thread and events, and ends the recording of {@link AgentStart} and
   * those that killed sidecars have left.
   *
   * @return false if there was no agent at work
   * @throws TargetLostException if there is no such process, or it does not let us
   */
  public static boolean from(long pid) throws IOException {
    AttachCheck.check(pid);
    TargetFiles files = TargetFiles.of(pid);
    endRecordings(pid);
    Leftovers.delete(files, files.temporary());
    try (AgentJar jar = AgentJar.unpack(files)) {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        if (!status(machine).startsWith("running")) {
          return false;
        }
        machine.loadAgent(jar.there().toString(), "disable");
        String after = status(machine);
        if (!after.equals("disabled")) {
          throw new TargetLostException("the agent in " + pid + " cannot be disabled: " + after);
        }
        return true;
      } finally {
        machine.detach();
      }
    } catch (TargetLostException e) {
      throw e;
    } catch (AttachNotSupportedException
        | AgentLoadException
        | AgentInitializationException
        | IOException e) {
      throw AttachFailure.of(pid, e);
    }
  }

  private static void endRecordings(long pid) throws TargetLostException {
    try {
      LiveRecording.endThoseOfTheDead(pid);
      boolean unused = StandingRecording.end(pid);
    } catch (IOException e) {
      throw AttachFailure.of(pid, e);
    }
  }

  static String status(VirtualMachine machine) throws IOException {
    return machine.getSystemProperties().getProperty(STATUS_PROPERTY, "");
  }
}
