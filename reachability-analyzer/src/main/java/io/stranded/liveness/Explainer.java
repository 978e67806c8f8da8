package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.stack.IoCall;
import io.stranded.internal.stack.TimedCall;
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
    if (finding.cause() != Cause.FORGOTTEN_WAITER
        && finding.confidence().filter(c -> c != Confidence.PROVEN).isEmpty()) {
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
        answers.add(label(thread) + " " + explain(thread));
      }
    }
    return answers.isEmpty() ? List.of("no thread is called " + nameOrId) : answers;
  }

  private static String label(HeapThread thread) {
    return Summaries.label(thread) + (thread.name().isEmpty() ? "" : " #" + thread.id());
  }

  private String explain(HeapThread thread) {
    int index = fixpoint.indexOf(thread);
    if (index < 0) {
      return switch (thread.status()) {
        case ACTIVE ->
            thread.isInitializing()
                ? "counts as live: it initializes a class, or waits for another thread that does,"
                    + " which no dump tells apart"
                : active(thread);
        case ENTERING -> "counts as live: the dump does not say who owns the monitor it enters";
        case PARKED_FOR_A_TIME, WAITING_FOR_A_TIME ->
            "counts as live: its wait has a timeout, of which dumps mostly do not tell when it"
                + " comes";
        case PARKED, WAITING -> "is live: its wait is over, or the JVM ends it";
      };
    }
    Candidate candidate = candidates.get(index);
    Fate fate = fixpoint.fate(index);
    if (fate instanceof Fate.InDoubt doubt) {
      return "may be leaked: " + doubt.why();
    }
    if (fate instanceof Fate.Leaked) {
      return "is leaked: nothing live leads to what it waits on";
    }
    Optional<String> holder = holder(candidate);
    if (fate instanceof Fate.Held held) {
      return "is leaked unless "
          + (held.how() == Confidence.INTERRUPT_ONLY
              ? "interrupted"
              : "somebody uses a weak or soft reference")
          + holder.map(path -> ": held by " + path).orElse("");
    }
    return holder
        .map(path -> "is live, held by " + path)
        .orElse("is live: the thread that it waits for is");
  }

  /** What one dump tells of a thread that neither parks nor waits. */
  private static String active(HeapThread thread) {
    List<String> stack = thread.frames().stream().map(StackFrame::toString).toList();
    Optional<IoCall> call = IoCall.of(stack).filter(io -> !io.timed());
    if (call.isPresent()) {
      return "counts as live: it "
          + call.get().kind().words()
          + ", which no timeout is seen to end";
    }
    if (TimedCall.of(stack).filter(timed -> timed == TimedCall.SLEEP).isPresent()) {
      return "counts as live: it sleeps, and no dump tells until when";
    }
    return thread.isRunning()
        ? "is live: it runs, be it to get on or to spin"
        : "is live: it is in a call of the system";
  }

  private Optional<String> holder(Candidate candidate) {
    Ending ending = candidate.blockedOn().ending();
    List<Long> targets = new ArrayList<>(ending.objects());
    boolean interrupted =
        fixpoint.fate(fixpoint.indexOf(candidate.thread())).equals(Fate.INTERRUPT_ONLY);
    if (interrupted) {
      targets.clear();
    }
    if (interrupted || ending.byHandle()) {
      targets.add(candidate.thread().object().address());
      targets.addAll(candidate.groups());
    }
    return heldBy.path(candidate.thread(), targets);
  }
}
