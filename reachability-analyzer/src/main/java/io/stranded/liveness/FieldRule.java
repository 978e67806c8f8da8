package io.stranded.liveness;

import io.stranded.internal.jdk.GivenThreads;
import io.stranded.internal.jdk.JdkField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a field of a class counts, for whoever decides on a heap itself what live code reaches, and
 * has the analyzer judge what is left. Made from the analyzer's own table.
 *
 * <p>Two of the analyzer's rules are no rules for fields, and are told so that more lives: what a
 * finalizer or a cleaner's action leads to counts at once, and so does what the runtime releases
 * when a thread ends.
 *
 * @param kind how it counts
 * @param declaring the name of the class; the field may be one of its superclasses'
 * @param field its name; {@code *} for all that the class declares
 */
public record FieldRule(Kind kind, String declaring, String field) {
  /** How a field counts. The most special class decides, and of its rules the last one. */
  public enum Kind {
    /** Live code cannot use it. */
    SKIP,
    /** It is a weak or soft referent, which counts later. */
    DEFER,
    /** It counts, whatever the collector makes of it. */
    FOLLOW,
    /** Of a thread: nobody who holds the thread gets at it. */
    PRIVATE,
    /** Of a lock: its owner, whose life alone ends a wait for it. */
    OWNER,
    /** A static field by which the runtime knows threads, and does not count. */
    REGISTRY
  }

  private static final String THREAD = "java.lang.Thread";
  private static final String REFERENCE = "java.lang.ref.Reference";
  private static final String LOCKS = "java.util.concurrent.locks.";

  /** The rules, in the order in which they are to be told. */
  public static List<FieldRule> all() {
    List<FieldRule> rules = new ArrayList<>();
    rules.add(new FieldRule(Kind.SKIP, REFERENCE, EdgePolicy.DISCOVERED));
    sorted(JdkField.noEdges())
        .forEach(
            (type, fields) ->
                fields.stream()
                    .filter(field -> !isReleasedAtEnd(type, field))
                    .forEach(field -> rules.add(new FieldRule(Kind.SKIP, type, field))));
    rules.add(new FieldRule(Kind.DEFER, REFERENCE, EdgePolicy.REFERENT));
    rules.add(new FieldRule(Kind.SKIP, "java.lang.ref.PhantomReference", EdgePolicy.REFERENT));
    rules.add(new FieldRule(Kind.FOLLOW, EdgePolicy.FINAL_REFERENCE, EdgePolicy.REFERENT));
    rules.add(new FieldRule(Kind.SKIP, EdgePolicy.AGENT_SLOT, EdgePolicy.REFERENT));
    rules.add(new FieldRule(Kind.FOLLOW, EdgePolicy.AGENT_CLASS_DATA, EdgePolicy.REFERENT));
    for (String lock : new TreeSet<>(WaitReader.OWNED_LOCKS)) {
      rules.add(new FieldRule(Kind.OWNER, lock, "exclusiveOwnerThread"));
    }
    for (String thread : new TreeSet<>(EdgePolicy.RUNTIME_THREADS)) {
      rules.add(new FieldRule(Kind.PRIVATE, thread, "*"));
    }
    for (String given : new TreeSet<>(EdgePolicy.GIVEN_AWAY)) {
      rules.add(new FieldRule(Kind.FOLLOW, THREAD, given));
    }
    sorted(JdkField.noStaticEdges())
        .forEach(
            (type, fields) ->
                fields.forEach(field -> rules.add(new FieldRule(Kind.REGISTRY, type, field))));
    return List.copyOf(rules);
  }

  /**
   * Classes whose live instances the analyzer must see with what they hold where leaked threads
   * lead to them: queues of locks tell whom they have released, groups whose handle they are, pools
   * how large they are, and tasks of timers that somebody can cancel them.
   */
  public static List<String> openClasses() {
    List<String> open = new ArrayList<>();
    open.add(LOCKS + "AbstractOwnableSynchronizer");
    open.add(LOCKS + "AbstractQueuedSynchronizer$Node");
    open.add(LOCKS + "AbstractQueuedLongSynchronizer$Node");
    open.add("java.lang.ThreadGroup");
    open.add(TickerReader.TIMER_TASK);
    open.addAll(ThreadPools.TELLING);
    return List.copyOf(open);
  }

  /** Locks of which a subclass of the application gives away the threads that it knows. */
  public static List<String> givingClasses() {
    return GivenThreads.givingClasses();
  }

  /** What of such a lock knows its owner, and those that queue at it. */
  public static List<String> knowingClasses() {
    return GivenThreads.knowingClasses();
  }

  private static boolean isReleasedAtEnd(String type, String field) {
    return field.equals(JdkField.THREAD_CONTAINER.byDeclaring().get(type));
  }

  private static Map<String, Set<String>> sorted(Map<String, Set<String>> fields) {
    Map<String, Set<String>> sorted = new TreeMap<>();
    fields.forEach((type, names) -> sorted.put(type, new TreeSet<>(names)));
    return sorted;
  }
}
