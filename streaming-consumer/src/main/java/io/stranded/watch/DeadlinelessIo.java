package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.internal.recording.WaitsByDesign;
import io.stranded.internal.source.KernelWait;
import io.stranded.internal.source.TcpSockets;
import io.stranded.internal.stack.IoCall;
import io.stranded.watch.SeenThread.Doing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Knows the threads that wait for somebody outside the JVM and have set no timeout. Who waits for
 * the answer to a request is suspect after some time. Of who merely listens, no time makes a
 * suspect: only that they become more and more on connections that the JVM itself has opened, or
 * that the peer is gone.
 */
final class DeadlinelessIo implements SuspectDetector {
  /** So many times the usual patience is had with whoever is asked for something. */
  private static final int PATIENCE_FOR_ANSWERS = 5;

  /** And with those of whom no frame tells whether they have set a timeout. */
  private static final int PATIENCE_IF_UNSURE = 10;

  private final GroupCounts counts;

  DeadlinelessIo(Duration minAge) {
    this.counts = new GroupCounts(minAge);
  }

  @Override
  public boolean asksKernel(SeenThread thread) {
    return thread.doing() == Doing.IN_SYSTEM_CALL && !thread.virtual() && call(thread).isPresent();
  }

  private static Optional<IoCall> call(SeenThread thread) {
    boolean other =
        thread.doing() == Doing.RUNS
            || thread.doing() == Doing.WAITS_FOR_A_TIME
            || WaitsByDesign.isInfrastructure(thread.name(), thread.stack())
            || WaitsByDesign.isKeptAlive(thread.stack());
    return other ? Optional.empty() : IoCall.of(thread.stack()).filter(call -> !call.timed());
  }

  @Override
  public List<Finding> find(SuspectLook look) {
    List<SeenThread> waiting =
        look.threads().stream()
            .filter(thread -> call(thread).filter(c -> mayBeStuck(thread, c, look)).isPresent())
            .toList();
    List<SuspectGroup> groups = SuspectGroup.of(Cause.IO_WITHOUT_DEADLINE, waiting);
    counts.sample(look.now(), groups);
    List<Finding> findings = new ArrayList<>();
    for (SuspectGroup group : groups) {
      IoCall call = call(group.first()).orElseThrow();
      if (counts.rises(group)
          || hasWaitedTooLong(group, call, look)
          || isPeerGone(group, call, look)) {
        findings.add(finding(group, call, look));
      }
    }
    return findings;
  }

  /** Whether it is no thread that is there to listen to whoever comes. */
  private static boolean mayBeStuck(SeenThread thread, IoCall call, SuspectLook look) {
    return switch (call.kind()) {
      case HTTP_CLIENT, PROCESS -> true;
      case PIPE_READ ->
          look.kernelWait(thread) instanceof KernelWait.Input input && input.descriptor() > 2;
      case ACCEPT -> look.kernelWait(thread) instanceof KernelWait.Input;
      case SOCKET_READ -> thread.virtual() ? call.answer() : hasAsked(thread, look);
      case HANDSHAKE -> hasAsked(thread, look);
    };
  }

  /** Whether it is the JVM that has opened the connection, and not its peer. */
  private static boolean hasAsked(SeenThread thread, SuspectLook look) {
    return connection(thread, look).filter(c -> !c.accepted()).isPresent();
  }

  private static boolean hasWaitedTooLong(SuspectGroup group, IoCall call, SuspectLook look) {
    int times = call.kind() == IoCall.Kind.HTTP_CLIENT ? PATIENCE_IF_UNSURE : PATIENCE_FOR_ANSWERS;
    Duration patience = look.minAge().multipliedBy(times);
    boolean answer = call.answer() || call.kind() == IoCall.Kind.HANDSHAKE;
    return answer && group.first().age(look.now()).compareTo(patience) >= 0;
  }

  private static boolean isPeerGone(SuspectGroup group, IoCall call, SuspectLook look) {
    boolean reads = call.kind() == IoCall.Kind.SOCKET_READ || call.kind() == IoCall.Kind.HANDSHAKE;
    return reads
        && group.threads().stream()
            .anyMatch(thread -> connection(thread, look).filter(c -> c.isPeerGone()).isPresent());
  }

  private static Optional<TcpSockets.Connection> connection(SeenThread thread, SuspectLook look) {
    return look.kernelWait(thread) instanceof KernelWait.Input input
        ? look.sockets().flatMap(sockets -> sockets.of(input.descriptor()))
        : Optional.empty();
  }

  private Finding finding(SuspectGroup group, IoCall call, SuspectLook look) {
    List<String> evidence = new ArrayList<>();
    evidence.add(
        call.kind() == IoCall.Kind.HTTP_CLIENT
            ? "no frame shows whether the request has a timeout; nothing has come "
                + group.age(look)
            : "its frames are those of a call without a timeout; nothing has come "
                + group.age(look));
    connection(group.first(), look)
        .filter(connection -> connection.remotePort() != 0)
        .map(DeadlinelessIo::words)
        .ifPresent(evidence::add);
    group
        .holder(look)
        .map(holder -> "what it waits on is held by " + holder)
        .ifPresent(evidence::add);
    evidence.add(counts.words(group));
    String verb = call.kind().words();
    return group.finding(
        look,
        group.threads().size()
            + (group.threads().size() == 1 ? " thread " : " threads, each ")
            + verb
            + ", which no timeout is seen to end, "
            + group.age(look),
        "io",
        evidence);
  }

  private static String words(TcpSockets.Connection connection) {
    return "its connection to port %d is %s; %d bytes sent and not acknowledged, %d come and not read"
        .formatted(
            connection.remotePort(),
            connection.established() ? "established" : "no longer established",
            connection.unsent(),
            connection.unread());
  }
}
