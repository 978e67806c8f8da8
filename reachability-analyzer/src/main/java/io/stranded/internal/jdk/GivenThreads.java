package io.stranded.internal.jdk;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.stack.Frames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The threads that locks of the application give away: a subclass of a lock, a semaphore or a
 * synchronizer may publish who owns it and who queues at it, which those of the JDK tell nobody.
 */
public final class GivenThreads {
  private static final String LOCKS = "java.util.concurrent.locks.";
  private static final String THREAD = "java.lang.Thread";

  /** What knows the threads itself: by its owner, and by its queue. */
  private static final List<String> KNOWING =
      List.of(
          LOCKS + "AbstractOwnableSynchronizer",
          LOCKS + "AbstractQueuedSynchronizer$Node",
          LOCKS + "AbstractQueuedLongSynchronizer$Node");

  /** Subclasses of these are given the threads, by methods that are protected or public. */
  private static final List<String> GIVING =
      List.of(
          KNOWING.get(0),
          LOCKS + "ReentrantLock",
          LOCKS + "ReentrantReadWriteLock",
          "java.util.concurrent.Semaphore");

  private final HeapGraph graph;
  private final Map<String, Set<String>> hidden = JdkField.noEdges();
  private final Set<Long> seen = new HashSet<>();

  /** Threads of one dump. */
  public GivenThreads(HeapGraph graph) {
    this.graph = graph;
  }

  /** Names of the classes whose subclasses in the application give threads away. */
  public static List<String> givingClasses() {
    return GIVING;
  }

  /** Names of the classes that know the threads. */
  public static List<String> knowingClasses() {
    return KNOWING;
  }

  /** Whether instances of a class may give threads away: no dump tells which methods it has. */
  public static boolean areGivenBy(HeapClass type) {
    boolean ofJdk = type.isBoot() && Frames.isJdk(type.name());
    return !ofJdk && GIVING.stream().anyMatch(type::isA);
  }

  /**
   * The threads that a lock gives to whoever has it, by address; those of a queue that was asked
   * for before are left out. May be called by two threads at once.
   */
  public synchronized List<Long> of(long lock) {
    List<Long> given = new ArrayList<>();
    Deque<HeapObject> waiting = new ArrayDeque<>();
    graph.instance(lock).ifPresent(waiting::add);
    while (!waiting.isEmpty()) {
      for (HeapObject next : referred(waiting.poll())) {
        if (next.type().isA(THREAD)) {
          given.add(next.address());
        } else if (KNOWING.stream().anyMatch(next.type()::isA)
            && !referred(next).isEmpty()
            && seen.add(next.address())) {
          waiting.add(next);
        }
      }
    }
    return given;
  }

  private List<HeapObject> referred(HeapObject object) {
    List<HeapObject> referred = new ArrayList<>();
    for (HeapClass c = object.type(); c != null; c = c.superclass()) {
      for (HeapClass.Field field : c.fields()) {
        if (field.type() == HprofType.OBJECT && isTold(c, field.name())) {
          Optional<HeapObject> target =
              graph.instance(object.idAt(object.type().baseOf(c) + field.offset()));
          target.ifPresent(referred::add);
        }
      }
    }
    return referred;
  }

  /** Who reads first holds the lock, which no method tells. */
  private boolean isTold(HeapClass declaring, String field) {
    boolean isHidden = hidden.getOrDefault(declaring.name(), Set.of()).contains(field);
    return !isHidden || KNOWING.contains(declaring.name());
  }
}
