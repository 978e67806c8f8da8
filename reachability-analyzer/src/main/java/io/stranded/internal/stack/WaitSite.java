package io.stranded.internal.stack;

import io.stranded.finding.Cause;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a stack says of a wait: the public synchronizer that was called, and so the cause if that
 * wait never ends.
 *
 * @param type the synchronizer's class as its user knows it, such as {@code
 *     java.util.concurrent.LinkedBlockingQueue}; empty if the stack names none
 * @param depth index of the frame in which the synchronizer was called; -1 if the stack names none
 * @param cause why such a wait never ends
 */
public record WaitSite(String type, int depth, Cause cause) {
  private static final String CONCURRENT = "java.util.concurrent.";
  private static final String JOIN = "java.lang.Thread.join";

  /** By simple class name, for methods that all wait for the same thing. */
  private static final Map<String, Cause> BY_CLASS =
      Map.of(
          "CountDownLatch", Cause.LATCH_NEVER_COUNTED_DOWN,
          "CompletableFuture", Cause.FUTURE_NEVER_COMPLETED,
          "FutureTask", Cause.TASK_NEVER_FINISHED,
          "ForkJoinTask", Cause.TASK_NEVER_FINISHED,
          "Semaphore", Cause.PERMIT_NEVER_RELEASED,
          "CyclicBarrier", Cause.PARTY_MISSING,
          "Phaser", Cause.PARTY_MISSING,
          "Exchanger", Cause.RENDEZVOUS_PARTNER_MISSING,
          "SynchronousQueue", Cause.RENDEZVOUS_PARTNER_MISSING);

  /** Reads the stack of a waiting thread, innermost frame first. */
  public static WaitSite of(String blockerType, List<String> stack) {
    if (Frames.contains(stack, JOIN)) {
      return new WaitSite("java.lang.Thread", -1, Cause.JOIN_ON_LEAKED_THREAD);
    }
    int depth = publicFrame(stack);
    Optional<KnownFrame.At> known = KnownFrame.in(stack);
    if (known.isPresent()) {
      return new WaitSite(
          depth >= 0
              ? outerClass(Frames.method(stack.get(depth)))
              : awaited(known.get(), stack, blockerType),
          depth,
          known.get().row().cause());
    }
    if (depth < 0) {
      return new WaitSite(blockerType, -1, ofBlocker(blockerType, stack));
    }
    String method = Frames.method(stack.get(depth));
    String outer = outerClass(method);
    Cause cause =
        ofMethod(outer, method.substring(method.lastIndexOf('.') + 1))
            .orElseGet(() -> ofBlocker(blockerType, stack));
    return new WaitSite(outer, depth, cause);
  }

  /** What a pool's worker calls to get its next task is a queue that is the pool's own. */
  private static String awaited(KnownFrame.At known, List<String> stack, String blockerType) {
    boolean blockerIsInner = blockerType.isEmpty() || blockerType.startsWith(CONCURRENT + "locks.");
    return blockerIsInner
        ? outerClass(Frames.method(stack.get(Math.max(0, known.depth() - 1))))
        : blockerType;
  }

  /** The outermost call of a public synchronizer that the wait is in; -1 if there is none. */
  private static int publicFrame(List<String> stack) {
    int depth = -1;
    for (int i = 0; i < stack.size() && Frames.isJdk(stack.get(i)); i++) {
      if (isSynchronizer(outerClass(Frames.method(stack.get(i))))) {
        depth = i;
      }
    }
    return depth;
  }

  private static boolean isSynchronizer(String type) {
    if (!type.startsWith(CONCURRENT) || type.startsWith(CONCURRENT + "locks.Abstract")) {
      return false;
    }
    String simple = type.substring(type.lastIndexOf('.') + 1);
    return BY_CLASS.containsKey(simple)
        || isQueue(simple)
        || simple.endsWith("ReadWriteLock")
        || simple.equals("ReentrantLock")
        || simple.equals("StampedLock");
  }

  private static boolean isQueue(String simpleName) {
    return simpleName.endsWith("Queue") || simpleName.endsWith("Deque");
  }

  /** The top-level class of a method: {@code a.Outer} of {@code a.Outer$Inner.run}. */
  private static String outerClass(String method) {
    String type = method.substring(0, Math.max(0, method.lastIndexOf('.')));
    int inner = type.indexOf('$');
    return inner < 0 ? type : type.substring(0, inner);
  }

  private static Optional<Cause> ofMethod(String type, String method) {
    String simple = type.substring(type.lastIndexOf('.') + 1);
    Cause byClass = BY_CLASS.get(simple);
    if (byClass != null) {
      return Optional.of(byClass);
    }
    if (isQueue(simple)) {
      boolean producer = method.startsWith("put") || method.startsWith("transfer");
      return Optional.of(
          producer ? Cause.QUEUE_PRODUCER_ABANDONED : Cause.QUEUE_CONSUMER_ABANDONED);
    }
    return Optional.empty();
  }

  private static Cause ofBlocker(String blockerType, List<String> stack) {
    if (blockerType.equals("java.lang.ref.ReferenceQueue")) {
      return Cause.SYNCHRONIZER_ABANDONED;
    }
    if (blockerType.endsWith("ConditionObject")) {
      return Cause.CONDITION_NEVER_SIGNALLED;
    }
    if (blockerType.contains("Lock")) {
      return Cause.LOCK_NEVER_RELEASED;
    }
    if (Frames.contains(stack, "java.lang.Object.wait")) {
      return Cause.MONITOR_NEVER_NOTIFIED;
    }
    return blockerType.isEmpty() ? Cause.BARE_PARK : Cause.SYNCHRONIZER_ABANDONED;
  }
}
