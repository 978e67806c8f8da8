package io.stranded.internal.source;

import io.stranded.finding.FailureLine;

/** Why a process cannot be attached to, and what can be done about it. */
public final class AttachFailure {
  private AttachFailure() {}

  /** The failure of one attempt, in a line. */
  public static TargetLostException of(long pid, Exception e) {
    return new TargetLostException("cannot attach to " + pid + ": " + reason(pid, e), e);
  }

  /** Why the attempt failed, without naming the process. */
  static String reason(long pid, Exception e) {
    String message = FailureLine.of(e);
    if (message.contains("Dynamic agent loading is not enabled")) {
      return "it runs with -XX:-EnableDynamicAgentLoading; start it with -javaagent instead";
    }
    if (message.contains("does not support the attach mechanism")) {
      return "it runs with -XX:+DisableAttachMechanism";
    }
    AttachSocket socket = AttachSocket.of(pid);
    return socket.isAbandoned()
        ? socket.file() + " is left of a JVM that has ended, and is not its own; delete it"
        : message;
  }
}
