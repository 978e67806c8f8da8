package io.stranded.liveness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A second, slow implementation of the fixpoint, to compare the fast one with: it starts from
 * nothing after each thread it wakes, and knows nothing of heap dumps.
 *
 * <p>Its objects are numbers; what they are and refer to is told by the caller.
 */
public final class LivenessOracle {
  /** How a reference counts. */
  public enum Edge {
    /** From the start. */
    STRONG,
    /** From the stage on in which live code may ask a weak or soft reference. */
    DEFERRED,
    /** Only once the thread that has it is live: what java.lang.Thread keeps to itself. */
    PRIVATE,
    /** Once an action runs, which it does after nobody holds its object any more. */
    ACTION,
    /** Never for live code; the collector follows it. */
    REGISTRY,
    /** Never. */
    NONE
  }

  /** What ends a wait. */
  public enum Ending {
    /** Whoever reaches one of the objects. */
    OBJECT,
    /** The thread that the wait is for, as long as it runs. */
    THREAD,
    /** Whoever reaches the waiting thread. */
    HANDLE
  }

  /** What must be said of a candidate. */
  public enum Answer {
    LIVE,
    WEAKLY_HELD,
    INTERRUPT_ONLY,
    IN_DOUBT,
    PROVEN
  }

  /** A reference; that of an action has the object that nobody may hold. */
  private record Reference(Edge edge, long to, long referent) {}

  /** A started thread; a candidate if it waits. */
  public static final class Actor {
    public final String name;
    public final long object;
    public final Set<Long> stack = new HashSet<>();
    public Optional<Ending> ending = Optional.empty();
    public Set<Long> waitsFor = Set.of();
    public boolean interruptible = true;
    public boolean doubtful;

    /** Whether the Thread is enough to end a wait for an object. */
    boolean byHandle;

    /** Where it waits for what may just have been handed to a running thread; empty elsewhere. */
    String handedAt = "";

    Actor(String name, long object) {
      this.name = name;
      this.object = object;
    }
  }

  private final Map<Long, List<Reference>> references = new HashMap<>();
  private final Set<Long> classes = new HashSet<>();
  private final Set<Long> roots = new HashSet<>();
  private final List<Actor> actors = new ArrayList<>();
  private int running;

  /** Adds an object. Numbers that never become objects are dangling references. */
  public void object(long object) {
    references.putIfAbsent(object, new ArrayList<>());
  }

  /** Adds a class object. */
  void type(long object) {
    object(object);
    classes.add(object);
  }

  public void reference(long from, Edge edge, long to) {
    add(from, new Reference(edge, to, 0));
  }

  /** Adds what runs, and leads to something, once nobody holds the referent. */
  void action(long from, long referent, long to) {
    add(from, new Reference(Edge.ACTION, to, referent));
  }

  private void add(long from, Reference reference) {
    references.computeIfAbsent(from, key -> new ArrayList<>()).add(reference);
  }

  public void root(long object) {
    roots.add(object);
  }

  public Actor actor(String name, long object) {
    Actor actor = new Actor(name, object);
    actors.add(actor);
    return actor;
  }

  /** Says that one more thread runs, and may have what no root shows. */
  void runsJava() {
    running++;
  }

  /** What must be said of each started thread, by name. */
  public Map<String, Answer> answers() {
    Map<String, Answer> answers = new HashMap<>();
    Set<Actor> live = new HashSet<>();
    for (Actor actor : actors) {
      if (actor.ending.isEmpty()) {
        live.add(actor);
      }
    }
    for (Answer stage :
        List.of(Answer.LIVE, Answer.WEAKLY_HELD, Answer.INTERRUPT_ONLY, Answer.IN_DOUBT)) {
      Optional<Actor> woken = next(stage, live);
      while (woken.isPresent()) {
        live.add(woken.get());
        answers.put(woken.get().name, stage);
        woken = next(stage, live);
      }
    }
    heldByHidden(live).forEach(actor -> answers.put(actor.name, Answer.IN_DOUBT));
    for (Actor actor : actors) {
      answers.putIfAbsent(actor.name, live.contains(actor) ? Answer.LIVE : Answer.PROVEN);
    }
    return answers;
  }

  /**
   * Those that would be live if classes that no thread and no root explains counted as roots, and
   * with a running thread everything else of that kind, and if each running thread had just been
   * handed what somebody waits for.
   */
  private Set<Actor> heldByHidden(Set<Actor> live) {
    Set<Actor> woken = new HashSet<>(live);
    Set<Long> hidden = new HashSet<>(running > 0 ? references.keySet() : classes);
    hidden.removeAll(collectorReaches());
    wakeAll(woken, hidden);
    Map<String, List<Actor>> places =
        actors.stream()
            .filter(actor -> !woken.contains(actor) && !actor.handedAt.isEmpty())
            .collect(Collectors.groupingBy(actor -> actor.handedAt));
    places.values().stream().filter(place -> place.size() <= running).forEach(woken::addAll);
    wakeAll(woken, hidden);
    woken.removeAll(live);
    return woken;
  }

  private void wakeAll(Set<Actor> woken, Set<Long> hidden) {
    Optional<Actor> next = next(Answer.IN_DOUBT, woken, hidden);
    while (next.isPresent()) {
      woken.add(next.get());
      next = next(Answer.IN_DOUBT, woken, hidden);
    }
  }

  /** All that any reference leads to from roots and threads, leaked ones included. */
  private Set<Long> collectorReaches() {
    Set<Long> reached = new HashSet<>(roots);
    for (Actor actor : actors) {
      reached.add(actor.object);
      reached.addAll(actor.stack);
    }
    boolean grown = true;
    while (grown) {
      Set<Long> more = new HashSet<>();
      reached.forEach(
          object ->
              references
                  .getOrDefault(object, List.of())
                  .forEach(reference -> more.add(reference.to())));
      grown = reached.addAll(more);
    }
    return reached;
  }

  private Optional<Actor> next(Answer stage, Set<Actor> live) {
    return next(stage, live, Set.of());
  }

  private Optional<Actor> next(Answer stage, Set<Actor> live, Set<Long> hidden) {
    Set<Long> reached = reachable(stage, live, hidden);
    return actors.stream()
        .filter(actor -> !live.contains(actor) && wakes(actor, stage, live, reached))
        .findFirst();
  }

  private boolean wakes(Actor actor, Answer stage, Set<Actor> live, Set<Long> reached) {
    boolean ends =
        switch (actor.ending.orElseThrow()) {
          case OBJECT ->
              actor.waitsFor.stream().anyMatch(reached::contains)
                  || (actor.byHandle && reached.contains(actor.object));
          case THREAD -> live.stream().anyMatch(other -> actor.waitsFor.contains(other.object));
          case HANDLE -> reached.contains(actor.object);
        };
    boolean interrupted =
        stage.compareTo(Answer.INTERRUPT_ONLY) >= 0
            && actor.interruptible
            && reached.contains(actor.object);
    return ends || interrupted || (stage == Answer.IN_DOUBT && actor.doubtful);
  }

  private Set<Long> reachable(Answer stage, Set<Actor> live, Set<Long> hidden) {
    Set<Reference> running = new HashSet<>();
    Set<Long> reached = reachable(stage, live, hidden, running);
    while (runMore(reached, live, running)) {
      reached = reachable(stage, live, hidden, running);
    }
    return reached;
  }

  /** Adds the actions that run; whether there are any. */
  private boolean runMore(Set<Long> reached, Set<Actor> live, Set<Reference> running) {
    Set<Long> held = heldByWaiting(reached, live);
    boolean more = false;
    for (long object : reached) {
      for (Reference reference : references.getOrDefault(object, List.of())) {
        boolean runs =
            reference.edge() == Edge.ACTION
                && (reached.contains(reference.referent()) || !held.contains(reference.referent()));
        more |= runs && running.add(reference);
      }
    }
    return more;
  }

  /** What threads that are not live hold beyond what is reached. */
  private Set<Long> heldByWaiting(Set<Long> reached, Set<Actor> live) {
    Set<Long> held = new HashSet<>();
    for (Actor actor : actors) {
      if (!live.contains(actor)) {
        held.add(actor.object);
        held.addAll(actor.stack);
      }
    }
    boolean grown = true;
    while (grown) {
      Set<Long> more = new HashSet<>();
      for (long object : held) {
        boolean waits =
            actors.stream().anyMatch(actor -> actor.object == object && !live.contains(actor));
        if (!reached.contains(object) || waits) {
          references.getOrDefault(object, List.of()).stream()
              .filter(
                  r ->
                      r.edge() == Edge.STRONG
                          || r.edge() == Edge.PRIVATE
                          || r.edge() == Edge.REGISTRY)
              .forEach(r -> more.add(r.to()));
        }
      }
      more.retainAll(references.keySet());
      grown = held.addAll(more);
    }
    held.retainAll(references.keySet());
    return held;
  }

  private Set<Long> reachable(
      Answer stage, Set<Actor> live, Set<Long> hidden, Set<Reference> running) {
    Set<Long> reached = new HashSet<>(roots);
    reached.addAll(hidden);
    Set<Long> closed = new HashSet<>();
    for (Actor actor : actors) {
      if (live.contains(actor)) {
        reached.add(actor.object);
        reached.addAll(actor.stack);
      } else {
        closed.add(actor.object);
      }
    }
    reached.retainAll(references.keySet());
    boolean grown = true;
    while (grown) {
      Set<Long> more = new HashSet<>();
      for (long object : reached) {
        for (Reference reference : references.getOrDefault(object, List.of())) {
          boolean counts =
              switch (reference.edge()) {
                case STRONG -> true;
                case DEFERRED -> stage != Answer.LIVE;
                case PRIVATE -> !closed.contains(object);
                case ACTION -> running.contains(reference);
                case REGISTRY, NONE -> false;
              };
          if (counts && references.containsKey(reference.to())) {
            more.add(reference.to());
          }
        }
      }
      grown = reached.addAll(more);
    }
    return reached;
  }
}
