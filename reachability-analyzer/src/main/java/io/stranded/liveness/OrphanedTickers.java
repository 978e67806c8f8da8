package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.Frames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tickers to whose owners nothing live leads. They keep themselves alive, and all that they
 * work on, so they are kept back while what else lives is marked.
 *
 * <p>A loop that some code has started and let go of may be meant to run for as long as the JVM
 * does. It is an orphan only if what it works on is its own, and a single one only if it does not
 * keep the JVM alive.
 */
final class OrphanedTickers {
  /** Beyond that, what a loop leads to is no longer its own. */
  private static final int MOST_OBJECTS = 10_000;

  /** So many of a kind, each with an owner that is gone, are nobody's design. */
  private static final int MANY = 3;

  /** What objects share that have nothing to do with each other. */
  private static final List<String> SHARED =
      List.of("java.lang.Enum", "java.lang.Thread", "java.lang.ClassLoader", "java.util.Locale");

  /** Of packages whose objects are mere values, or belong to the runtime. */
  private static final List<String> VALUES =
      List.of(
          "java.lang.",
          "java.math.",
          "java.nio.charset.",
          "java.security.",
          "java.time.",
          "java.util.Collections$Empty",
          "java.util.ImmutableCollections",
          "jdk.",
          "sun.");

  private final HeapGraph graph;
  private final Map<Long, Ticker> kept = new LinkedHashMap<>();

  OrphanedTickers(JdkThreads threads, List<Candidate> candidates) {
    this.graph = threads.graph();
    TickerReader reader = new TickerReader(threads);
    Set<Long> waiting = new HashSet<>();
    candidates.forEach(candidate -> waiting.add(candidate.thread().object().address()));
    for (HeapThread thread : threads.all()) {
      if (!waiting.contains(thread.object().address())) {
        reader.ticker(thread).ifPresent(ticker -> kept.put(thread.object().address(), ticker));
      }
    }
  }

  /** Whether the Thread at an address is one of those that are kept back. */
  boolean isKeptBack(long thread) {
    return kept.containsKey(thread);
  }

  /** Those that turn out to be somebody's, by what is marked. They are kept back no more. */
  List<HeapThread> takeOwned(Marks marks) {
    Map<String, Integer> likes = new HashMap<>();
    kept.values().forEach(ticker -> likes.merge(kind(ticker), 1, Integer::sum));
    List<HeapThread> owned = new ArrayList<>();
    for (Ticker ticker : kept()) {
      if (isOwned(ticker, likes.getOrDefault(kind(ticker), 1), marks)) {
        kept.remove(ticker.thread().object().address());
        owned.add(ticker.thread());
      }
    }
    return owned;
  }

  /** Those that are kept back. */
  List<Ticker> kept() {
    return List.copyOf(kept.values());
  }

  /** What tells its kind from others. */
  static String kind(Ticker ticker) {
    HeapThread thread = ticker.thread();
    return Fingerprint.of(
        Cause.ORPHANED_TICKER,
        /* blockerType= */ "",
        thread.frames().stream().map(Object::toString).toList(),
        thread.name(),
        /* origin= */ "");
  }

  private boolean isOwned(Ticker ticker, int likes, Marks marks) {
    if (marks.isMarked(ticker.thread().object().address())
        || ticker.owners().stream().anyMatch(marks::isMarked)) {
      return true;
    }
    return switch (ticker.kind()) {
      case POOL, TIMER -> false;
      case LOOP ->
          likes < MANY
              && ((likes == 1 && !ticker.thread().daemon() && !ticker.thread().virtual())
                  || worksForOthers(ticker, marks));
    };
  }

  /** Whether what it works on leads to anything that others have, values apart. */
  private boolean worksForOthers(Ticker ticker, Marks marks) {
    Set<Long> seen = new HashSet<>(ticker.owners());
    Deque<Long> next = new ArrayDeque<>(ticker.owners());
    while (!next.isEmpty()) {
      for (long address : References.of(graph, next.remove(), MOST_OBJECTS)) {
        Optional<HeapObject> object = graph.instance(address);
        if (object.filter(OrphanedTickers::isShared).isPresent() || !seen.add(address)) {
          continue;
        }
        if (marks.isMarked(address)) {
          if (object.isPresent()) {
            return true;
          }
        } else if (seen.size() > MOST_OBJECTS) {
          return true;
        } else {
          next.add(address);
        }
      }
    }
    return false;
  }

  private static boolean isShared(HeapObject object) {
    String type = object.type().name();
    return SHARED.stream().anyMatch(object.type()::isA)
        || type.endsWith("Logger")
        || (Frames.isJdk(type) && VALUES.stream().anyMatch(type::startsWith));
  }
}
