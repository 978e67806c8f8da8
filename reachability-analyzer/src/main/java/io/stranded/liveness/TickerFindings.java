package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.StackFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says which threads run for ever without anybody who could stop them. */
final class TickerFindings {
  private final HeapGraph graph;
  private final ThreadFacts facts;

  TickerFindings(HeapGraph graph, ThreadFacts facts) {
    this.graph = graph;
    this.facts = facts;
  }

  /** A finding for each place. */
  List<Finding> of(List<Ticker> orphans) {
    Map<String, List<Ticker>> groups = new LinkedHashMap<>();
    for (Ticker ticker : orphans) {
      groups.computeIfAbsent(OrphanedTickers.kind(ticker), kind -> new ArrayList<>()).add(ticker);
    }
    return groups.entrySet().stream()
        .map(group -> finding(group.getKey(), group.getValue()))
        .toList();
  }

  private Finding finding(String fingerprint, List<Ticker> group) {
    Ticker first = group.get(0);
    String type = owner(first);
    boolean one = group.size() == 1;
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.ORPHANED_TICKER,
        "%s for ever, for %s that nobody has any more, and nobody can stop %s"
            .formatted(
                one ? "1 thread runs" : group.size() + " threads run",
                first.kind().words(),
                one ? "it" : "them"),
        new SyncObject(type, "timed", Map.of()),
        group.stream().map(ticker -> found(ticker.thread())).toList(),
        /* pinnedBytes= */ 0,
        first.thread().frames().stream().map(StackFrame::toString).toList(),
        facts.createdBy(first.thread().id()),
        List.of(
            "nothing live leads to its Thread, nor to "
                + (type.isEmpty() ? "what it works for" : type)
                + ", which the thread itself keeps alive",
            "it may be meant to run for as long as the JVM does"));
  }

  private String owner(Ticker ticker) {
    return switch (ticker.kind()) {
      case TIMER -> "java.util.Timer";
      case POOL -> type(ticker.owners().get(0));
    };
  }

  private String type(long address) {
    return graph.instance(address).map(object -> object.type().name()).orElse("");
  }

  private FoundThread found(HeapThread thread) {
    return new FoundThread(
        thread.name(), thread.id(), thread.virtual(), facts.waitingFor(thread.id()));
  }
}
