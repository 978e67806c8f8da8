package io.stranded.heap;

import io.stranded.heap.HeapThread.WaitStatus;
import io.stranded.hprof.HprofType;
import io.stranded.hprof.StackFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads threads and their states out of a graph that is otherwise complete. */
final class HeapThreads {
  /** The bits of {@code Thread.threadStatus}, as JVMTI defines them. */
  private static final int WAITING_INDEFINITELY = 0x10;

  private static final int IN_OBJECT_WAIT = 0x100;
  private static final int PARKED = 0x200;
  private static final int BLOCKED_ON_MONITOR_ENTER = 0x400;

  private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";

  private final HeapGraph graph;
  private final GcRoots roots;
  private final Map<String, Integer> virtualStates;
  private final Set<Long> tracesUsed = new HashSet<>();

  HeapThreads(HeapGraph graph, GcRoots roots) {
    this.graph = graph;
    this.roots = roots;
    this.virtualStates = virtualStates(graph);
  }

  /** The threads that the dump names as roots. */
  List<HeapThread> started() {
    List<HeapThread> threads = new ArrayList<>();
    List<List<GcRoot>> stackRoots = roots.byThread();
    for (int i = 0; i < roots.threads().size(); i++) {
      GcRoots.ThreadRoot root = roots.threads().get(i);
      Optional<HeapObject> object = graph.instance(root.address());
      if (object.isEmpty() || !object.get().type().isA("java.lang.Thread")) {
        graph.addDamage("thread object 0x" + Long.toHexString(root.address()) + " is missing");
        stackRoots.get(i).forEach(stackRoot -> roots.addGlobal(stackRoot.address()));
        continue;
      }
      threads.add(thread(object.get(), frames(root), stackRoots.get(i)));
    }
    return threads;
  }

  /**
   * The stack of a thread. Its frames name classes that it keeps alive, so whatever they do not
   * tell is damage.
   */
  private List<StackFrame> frames(GcRoots.ThreadRoot root) {
    long serial = root.traceSerial();
    if (tracesUsed.contains(serial)) {
      // No two threads have one stack; read again and again, it would cost without bound.
      graph.addDamage("stack trace " + serial + " belongs to several threads");
      return List.of();
    }
    List<StackFrame> frames = graph.index().stackTrace(serial);
    if (!frames.isEmpty()) {
      tracesUsed.add(serial);
    }
    boolean missing = serial != 0 && !graph.index().hasStackTrace(serial);
    if (missing || frames.stream().anyMatch(frame -> frame.classId() == 0)) {
      graph.addDamage("stack trace " + serial + " or a class of one of its frames is missing");
    }
    return frames;
  }

  /** How many of these virtual threads run or wait on a stack that is not in the dump. */
  int countHidden(List<Long> virtualThreads) {
    Set<Long> visible = new HashSet<>();
    roots.threads().forEach(root -> visible.add(root.address()));
    int hidden = 0;
    for (long address : virtualThreads) {
      if (!visible.contains(address)
          && graph.instance(address).filter(this::hasStack).isPresent()) {
        hidden++;
      }
    }
    return hidden;
  }

  private HeapThread thread(HeapObject object, List<StackFrame> frames, List<GcRoot> stackRoots) {
    HeapObject holder = object.ref("holder").orElse(object);
    boolean virtual = object.type().name().equals(VIRTUAL_THREAD);
    return new HeapThread(
        object,
        object.stringField("name").orElse(""),
        object.longField("tid", 0),
        virtual || holder.booleanField("daemon", false),
        virtual,
        virtual ? virtualStatus(object, frames) : platformStatus(holder),
        frames,
        List.copyOf(stackRoots));
  }

  private static WaitStatus platformStatus(HeapObject holder) {
    int status = holder.intField("threadStatus", 0);
    if ((status & BLOCKED_ON_MONITOR_ENTER) != 0) {
      return WaitStatus.ENTERING;
    }
    if ((status & WAITING_INDEFINITELY) == 0) {
      return WaitStatus.ACTIVE;
    }
    if ((status & IN_OBJECT_WAIT) != 0) {
      return WaitStatus.WAITING;
    }
    return (status & PARKED) != 0 ? WaitStatus.PARKED : WaitStatus.ACTIVE;
  }

  private WaitStatus virtualStatus(HeapObject thread, List<StackFrame> frames) {
    int state = virtualState(thread);
    if (state == virtualStates.getOrDefault("WAIT", -1)) {
      return WaitStatus.WAITING;
    }
    if (state == virtualStates.getOrDefault("BLOCKED", -1)) {
      return WaitStatus.ENTERING;
    }
    if (state != virtualStates.getOrDefault("PARKED", -1)
        && state != virtualStates.getOrDefault("PINNED", -1)) {
      return WaitStatus.ACTIVE;
    }
    // JDK 21 has one state for parking with and without a timeout: there the stack must tell.
    boolean timedApart = virtualStates.containsKey("TIMED_PARKED");
    boolean timed =
        !timedApart && frames.stream().anyMatch(frame -> frame.methodName().contains("parkNanos"));
    return timed ? WaitStatus.ACTIVE : WaitStatus.PARKED;
  }

  private boolean hasStack(HeapObject thread) {
    int state = virtualState(thread);
    return state != virtualStates.getOrDefault("NEW", 0)
        && state != virtualStates.getOrDefault("STARTED", 1)
        && state != virtualStates.getOrDefault("TERMINATED", 99);
  }

  private int virtualState(HeapObject thread) {
    return thread.intField("state", 0) & ~virtualStates.getOrDefault("SUSPENDED", 0x100);
  }

  /** The states are private constants that differ by release, but the dump has their values. */
  private static Map<String, Integer> virtualStates(HeapGraph graph) {
    Map<String, Integer> states = new HashMap<>();
    graph
        .classByName(VIRTUAL_THREAD)
        .ifPresent(
            type -> {
              for (HeapClass.StaticField field : type.statics()) {
                if (field.type() == HprofType.INT) {
                  states.put(field.name(), graph.file().i4(field.valueAt()));
                }
              }
            });
    return states;
  }
}
