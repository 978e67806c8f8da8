package io.stranded.liveness;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.heap.HeapThread;
import io.stranded.jdk.JdkThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says why single threads are leaked or not, by the way that live code reaches them. */
final class Explainer {
  private final JdkThreads threads;
  private final List<Candidate> candidates;
  private final LivenessFixpoint fixpoint;
  private final HeldBy heldBy;

  Explainer(JdkThreads threads, List<Candidate> candidates, LivenessFixpoint fixpoint) {
    this.threads = threads;
    this.candidates = candidates;
    this.fixpoint = fixpoint;
    this.heldBy = HeldBy.of(threads, candidates, fixpoint);
  }

  /** The finding with the way by which its first thread is still held, if it is. */
  Finding withHolder(Finding finding) {
    if (finding.confidence().filter(c -> c != Confidence.PROVEN).isEmpty()) {
      return finding;
    }
    long id = finding.threads().get(0).id();
    for (Candidate candidate : candidates) {
      if (candidate.thread().id() == id) {
        List<String> evidence = new ArrayList<>(finding.evidence());
        holder(candidate).ifPresent(path -> evidence.add("held by " + path));
        return finding.withEvidence(evidence);
      }
    }
    return finding;
  }

  /** One sentence for each thread of the name or id. */
  List<String> explain(String nameOrId) {
    List<String> answers = new ArrayList<>();
    for (HeapThread thread : threads.all()) {
      if (thread.name().equals(nameOrId) || Long.toString(thread.id()).equals(nameOrId)) {
        answers.add("\"" + thread.name() + "\" #" + thread.id() + " " + explain(thread));
      }
    }
    return answers.isEmpty() ? List.of("no thread is called " + nameOrId) : answers;
  }

  private String explain(HeapThread thread) {
    int index = fixpoint.indexOf(thread);
    if (index < 0) {
      return switch (thread.status()) {
        case ACTIVE -> "is live: it runs, or waits for something that ends by itself";
        case ENTERING -> "counts as live: the dump does not say who owns the monitor it enters";
        case PARKED, WAITING -> "is live: its wait is over, or the JVM ends it";
      };
    }
    Candidate candidate = candidates.get(index);
    return switch (fixpoint.liveSince(index)) {
      case NEVER -> "is leaked: nothing live leads to what it waits on";
      case DOUBT -> "may be leaked: " + candidate.doubt().orElse("it hangs on a wait in doubt");
      case UNEXPLAINED ->
          "may be leaked: an object that no root in the dump holds leads to what it waits on";
      case IN_FLIGHT ->
          "may be leaked: what it waits on may have been the result of a call that was just"
              + " returning";
      case STRONG ->
          holder(candidate)
              .map(path -> "is live, held by " + path)
              .orElse("is live: the thread that it waits for is");
      case DEFERRED, HANDLES ->
          "is leaked unless "
              + (fixpoint.liveSince(index) == LivenessFixpoint.Stage.HANDLES
                  ? "interrupted"
                  : "somebody uses a weak or soft reference")
              + holder(candidate).map(path -> ": held by " + path).orElse("");
    };
  }

  private Optional<String> holder(Candidate candidate) {
    BlockedOn blockedOn = candidate.blockedOn();
    List<Long> targets = new ArrayList<>();
    if (blockedOn instanceof BlockedOn.Parked parked) {
      targets.add(parked.blocker());
    } else if (blockedOn instanceof BlockedOn.MonitorWait wait) {
      targets.addAll(wait.monitors());
    } else if (blockedOn instanceof BlockedOn.Unknown unknown) {
      targets.addAll(unknown.possible());
    }
    boolean byHandle =
        blockedOn instanceof BlockedOn.BarePark
            || fixpoint.liveSince(fixpoint.indexOf(candidate.thread()))
                == LivenessFixpoint.Stage.HANDLES;
    return heldBy.path(byHandle ? List.of(candidate.thread().object().address()) : targets);
  }
}
