package io.stranded.watch;

import io.stranded.internal.source.KernelWait;
import io.stranded.internal.source.TcpSockets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * What one look at a JVM has shown of threads that do not get on.
 *
 * @param minAge for how long they have done what they do, at least
 * @param threads none of which is known to be leaked
 * @param kernel in what the kernel has some of them wait
 * @param sockets the connections of the JVM; empty where nobody tells of them
 * @param heldBy the way from a root to what a thread waits on; empty if nobody has told
 * @param createdBy frames that started a thread, innermost first; empty if nobody recorded them
 */
record SuspectLook(
    Instant now,
    Duration minAge,
    List<SeenThread> threads,
    Map<Long, KernelWait> kernel,
    Optional<TcpSockets> sockets,
    Function<SeenThread, Optional<String>> heldBy,
    LongFunction<List<String>> createdBy) {
  SuspectLook {
    threads = List.copyOf(threads);
    kernel = Map.copyOf(kernel);
  }

  /** In what the kernel has a thread wait. */
  KernelWait kernelWait(SeenThread thread) {
    return kernel.getOrDefault(thread.id(), KernelWait.UNKNOWN);
  }
}
