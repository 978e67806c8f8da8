package io.stranded.cli;

import io.stranded.watch.AgentRemoval;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stranded disable}. */
@Command(
    name = "disable",
    description = "Takes the agent out of a running JVM, whoever loaded it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Its hooks, its thread and its events are gone after that, and the recording of "
          + "stranded enable; recordings of others go on without them. watch removes the "
          + "agent that it loaded itself; where it was killed, its recording is ended too.",
      "",
      "Examples:",
      "  stranded disable 4711",
    })
final class DisableCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PID", description = "Process id of the JVM.")
  private long pid;

  @Override
  public Integer call() throws IOException {
    boolean removed = AgentRemoval.from(pid);
    System.err.println(
        "stranded: " + (removed ? "disabled the agent in " + pid : pid + " runs no agent"));
    return ExitCode.DONE;
  }
}
