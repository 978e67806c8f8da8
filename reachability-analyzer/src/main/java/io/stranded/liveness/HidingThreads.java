package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.internal.heap.HeapThread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The live threads whose stacks leave everything in doubt, so that people can look after them. */
final class HidingThreads {
  /** As many as a line has room for. */
  private static final int MOST_NAMED = 5;

  private final HiddenRoots hidden;
  private final Map<Doubt, List<HeapThread>> threads = new EnumMap<>(Doubt.class);

  HidingThreads(HiddenRoots hidden) {
    this.hidden = hidden;
  }

  /** Notes that these keep a doubt alive. */
  void add(Doubt doubt, List<HeapThread> hiding) {
    threads.put(doubt, List.copyOf(hiding));
  }

  /** One sentence for each doubt that some threads keep alive. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    threads.forEach(
        (doubt, hiding) -> {
          List<String> names =
              hiding.stream().limit(MOST_NAMED).map(thread -> label(thread, doubt)).toList();
          int more = hiding.size() - names.size();
          notes.add(
              "nothing is proved while "
                  + doubt.sentence()
                  + ": "
                  + String.join(", ", names)
                  + (more > 0 ? " and " + more + " more" : "")
                  + advice(doubt));
        });
    return notes;
  }

  private String label(HeapThread thread, Doubt doubt) {
    String label = Summaries.label(thread);
    return doubt == Doubt.OUTGOING_ARGUMENTS
        ? hidden
            .calledByRuntime(thread)
            .map(frame -> label + " in " + frame.className() + "." + frame.methodName())
            .orElse(label)
        : label;
  }

  /** Two that need each other's classes never end, and look as if they ran. */
  private static String advice(Doubt doubt) {
    return doubt == Doubt.OUTGOING_ARGUMENTS
        ? "; if they stay so, 'jcmd PID Thread.print' tells which classes they wait for, and"
            + " '--threads' takes it if it was taken before the dump"
        : "";
  }
}
