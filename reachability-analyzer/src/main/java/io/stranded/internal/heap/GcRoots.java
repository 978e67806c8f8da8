package io.stranded.internal.heap;

import io.stranded.internal.hprof.LongLongMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects GC roots as they are met, and sorts those of threads by their thread. */
final class GcRoots {
  /** A thread as the roots name it: its object, and the serial numbers of itself and its stack. */
  record NamedThread(long address, long threadSerial, long traceSerial) {}

  private static final int NO_DEPTH = -1;
  private static final int NO_THREAD = -1;

  private final List<NamedThread> threads = new ArrayList<>();
  private final LongLongMap threadsBySerial = new LongLongMap();
  private final LongLongMap threadsByAddress = new LongLongMap();
  private long[] global = new long[1024];
  private int globalCount;
  private long[] stackAddresses = new long[1024];
  private long[] stackSerials = new long[1024];
  private int[] stackDepths = new int[1024];
  private int stackCount;

  void addGlobal(long address) {
    if (globalCount == global.length) {
      global = Arrays.copyOf(global, globalCount * 2);
    }
    global[globalCount++] = address;
  }

  /** Adds a thread; false if there is one with its address or serial number already. */
  boolean addThread(long address, long threadSerial, long traceSerial) {
    // JVM-internal threads without a Java object have address 0.
    if (address == 0) {
      return true;
    }
    if (threadSerial == 0 || threadsBySerial.getOrDefault(threadSerial, -1) >= 0) {
      addGlobal(address);
      return threadSerial == 0;
    }
    boolean first = threadsByAddress.getOrDefault(address, -1) < 0;
    threadsBySerial.put(threadSerial, first ? threads.size() : NO_THREAD);
    if (first) {
      threadsByAddress.put(address, threads.size());
      threads.add(new NamedThread(address, threadSerial, traceSerial));
    }
    return first;
  }

  void addOfThread(long address, long threadSerial, int depth) {
    if (stackCount == stackAddresses.length) {
      stackAddresses = Arrays.copyOf(stackAddresses, stackCount * 2);
      stackSerials = Arrays.copyOf(stackSerials, stackCount * 2);
      stackDepths = Arrays.copyOf(stackDepths, stackCount * 2);
    }
    stackAddresses[stackCount] = address;
    stackSerials[stackCount] = threadSerial;
    stackDepths[stackCount] = depth < 0 ? NO_DEPTH : depth;
    stackCount++;
  }

  List<NamedThread> threads() {
    return threads;
  }

  /** Roots that belong to no known thread, once all were added. */
  long[] global() {
    return Arrays.copyOf(global, globalCount);
  }

  /** The stack roots of each thread of {@link #threads()}; call once. */
  List<List<GcRoot>> byThread() {
    List<List<GcRoot>> roots = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      roots.add(new ArrayList<>());
    }
    for (int i = 0; i < stackCount; i++) {
      int thread = (int) threadsBySerial.getOrDefault(stackSerials[i], -1);
      if (thread >= 0) {
        roots.get(thread).add(new GcRoot(stackAddresses[i], stackDepths[i]));
      } else {
        addGlobal(stackAddresses[i]);
      }
    }
    return roots;
  }
}
