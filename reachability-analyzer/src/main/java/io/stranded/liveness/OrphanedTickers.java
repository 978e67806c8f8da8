package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.stack.Fingerprint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tickers to whose owners nothing live leads. They keep themselves alive, and all that they
 * work on, so they are kept back while what else lives is marked.
 */
final class OrphanedTickers {
  private final Map<Long, Ticker> kept = new LinkedHashMap<>();

  OrphanedTickers(JdkThreads threads, List<Candidate> candidates) {
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
    List<HeapThread> owned = new ArrayList<>();
    for (Ticker ticker : kept()) {
      if (isOwned(ticker, marks)) {
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

  private static boolean isOwned(Ticker ticker, Marks marks) {
    return marks.isMarked(ticker.thread().object().address())
        || ticker.owners().stream().anyMatch(marks::isMarked);
  }
}
