package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.jdk.SyncState;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.WaitSite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says which threads wait for what live code could end and does not: those that become more and
 * more, as is known beside the dump.
 */
final class ForgottenFindings {
  private final JdkThreads threads;
  private final HeapGraph graph;
  private final ThreadFacts facts;

  ForgottenFindings(JdkThreads threads, ThreadFacts facts) {
    this.threads = threads;
    this.graph = threads.graph();
    this.facts = facts;
  }

  /** A finding for each place. */
  List<Finding> of(List<Candidate> candidates, LivenessFixpoint fixpoint) {
    Map<String, List<Candidate>> groups = new LinkedHashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      if (fixpoint.fate(i) instanceof Fate.Live
          && !candidate.keepAlive()
          && !candidate.blockedOn().isForThread()
          && facts.growth(candidate.thread().id()).isPresent()
          && site(candidate).cause() != Cause.ORPHANED_POOL_WORKER) {
        groups.computeIfAbsent(fingerprint(candidate), key -> new ArrayList<>()).add(candidate);
      }
    }
    return groups.entrySet().stream()
        .map(group -> finding(group.getKey(), group.getValue()))
        .toList();
  }

  private String fingerprint(Candidate candidate) {
    return Fingerprint.of(
        Cause.FORGOTTEN_WAITER,
        site(candidate).type(),
        stack(candidate),
        candidate.thread().name(),
        /* origin= */ "");
  }

  private WaitSite site(Candidate candidate) {
    String type =
        candidate.blockedOn().syncObject().isPresent()
            ? graph
                .instance(candidate.blockedOn().syncObject().getAsLong())
                .map(object -> object.type().name())
                .orElse("")
            : "";
    return WaitSite.of(type, stack(candidate));
  }

  private Finding finding(String fingerprint, List<Candidate> group) {
    Candidate first = group.get(0);
    WaitSite site = site(first);
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.FORGOTTEN_WAITER,
        "%s for what live code could end and does not (%s?)"
            .formatted(
                group.size() == 1 ? "1 thread waits" : group.size() + " threads wait",
                site.cause().label()),
        new SyncObject(
            site.type(), first.blockedOn().kind(), SyncState.of(threads, first.thread(), site)),
        group.stream().map(this::found).toList(),
        /* pinnedBytes= */ 0,
        stack(first),
        facts.createdBy(first.thread().id()),
        facts.growth(first.thread().id()).stream().toList());
  }

  private FoundThread found(Candidate candidate) {
    long id = candidate.thread().id();
    return new FoundThread(
        candidate.thread().name(), id, candidate.thread().virtual(), facts.waitingFor(id));
  }

  private static List<String> stack(Candidate candidate) {
    return candidate.thread().frames().stream().map(StackFrame::toString).toList();
  }
}
