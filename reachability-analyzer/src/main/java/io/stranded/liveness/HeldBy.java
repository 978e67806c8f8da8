package io.stranded.liveness;

import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.jdk.JdkThreads;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the shortest way by which live code reaches an object: why a thread is not leaked. Goes
 * over the live heap once more, breadth first.
 */
final class HeldBy implements Marker.Listener {
  /** A longer way is cut in the middle: nobody reads a thousand links of a list. */
  private static final int MOST_STEPS_AT_START = 12;

  private static final int MOST_STEPS_AT_END = 12;

  private final JdkThreads jdkThreads;
  private final HeapGraph graph;
  private final List<Candidate> candidates;
  private final LivenessFixpoint fixpoint;
  private final Marker marker;
  private final Set<Long> entered = new HashSet<>();
  private final Trace trace = new Trace();
  private final Map<Long, String> roots = new HashMap<>();
  private final Map<Long, HeapThread> threads = new HashMap<>();

  private HeldBy(JdkThreads jdkThreads, List<Candidate> candidates, LivenessFixpoint fixpoint) {
    this.jdkThreads = jdkThreads;
    this.graph = jdkThreads.graph();
    this.candidates = candidates;
    this.fixpoint = fixpoint;
    Marks marks = graph.newMarks();
    marks.visitLeaves();
    EdgePolicy policy = EdgePolicy.ofLiveCode(graph.classes().size());
    this.marker = new Marker(graph, marks, policy, this, trace);
    jdkThreads.all().forEach(thread -> threads.put(thread.object().address(), thread));
  }

  /** Goes over what is live. */
  static HeldBy of(JdkThreads threads, List<Candidate> candidates, LivenessFixpoint fixpoint) {
    HeldBy heldBy = new HeldBy(threads, candidates, fixpoint);
    heldBy.mark();
    return heldBy;
  }

  /**
   * The way to the first of the objects that is reached, root first; empty if none is, or if nobody
   * is known to hold it but the thread that is asked about.
   */
  Optional<String> path(HeapThread of, List<Long> addresses) {
    long own = of.object().address();
    return addresses.stream()
        .map(trace::path)
        .filter(path -> !path.isEmpty())
        .filter(path -> !path.equals(List.of(own)) || roots.containsKey(own))
        .map(this::describe)
        .findFirst();
  }

  @Override
  public void reached(long address) {
    for (int index : fixpoint.watchers().getOrDefault(address, List.of())) {
      enter(candidates.get(index).thread());
    }
  }

  @Override
  public boolean entersThread(long address) {
    HeapThread thread = threads.get(address);
    return thread == null || entered.contains(address);
  }

  @Override
  public boolean isLeftAlone(long address) {
    return !entersThread(address);
  }

  @Override
  public boolean runs(long referent, long target) {
    return fixpoint.marks().isMarked(target);
  }

  /** Goes as the fixpoint went: from threads that are live anyway to those that they can wake. */
  private void mark() {
    fixpoint.watchers().keySet().forEach(marker::watch);
    jdkThreads.all().stream().filter(thread -> fixpoint.indexOf(thread) < 0).forEach(this::enter);
    for (long root : graph.globalRoots()) {
      marker.mark(root);
    }
    marker.drain();
    marker.followDeferred();
    jdkThreads.all().forEach(this::enter);
    marker.drain();
  }

  private void enter(HeapThread thread) {
    if (fixpoint.isLive(thread)
        && !ThreadStack.isOurAgent(thread)
        && entered.add(thread.object().address())) {
      markStack(thread);
    }
  }

  private void markStack(HeapThread thread) {
    ThreadStack.forEachRoot(
        thread,
        root -> {
          if (root.address() != thread.object().address()) {
            roots.putIfAbsent(root.address(), place(thread, root));
          }
        });
    ThreadStack.mark(thread, marker);
    jdkThreads.releasedAtEndOf(thread).forEach(marker::mark);
  }

  private static String place(HeapThread thread, GcRoot root) {
    boolean known = root.depth() >= 0 && root.depth() < thread.frames().size();
    return "a local of "
        + (known ? thread.frames().get(root.depth()) + " in " : "")
        + "the thread "
        + Summaries.label(thread);
  }

  private String describe(List<Long> path) {
    StringBuilder text = new StringBuilder();
    root(path.get(0)).ifPresent(root -> text.append(root).append(" -> "));
    text.append(name(path.get(0)));
    int left = path.size() - MOST_STEPS_AT_END;
    for (int i = 1; i < path.size(); i++) {
      text.append(step(path.get(i - 1), path.get(i)));
      if (i == MOST_STEPS_AT_START && left > i + 1) {
        text.append(" -> (").append(left - i).append(" more)");
        i = left;
      }
      text.append(" -> ").append(name(path.get(i)));
    }
    return text.toString();
  }

  private Optional<String> root(long address) {
    return Optional.ofNullable(roots.get(address))
        .or(
            () ->
                Optional.ofNullable(threads.get(address))
                    .map(thread -> "the thread " + Summaries.label(thread)));
  }

  /** The field or element by which one object refers to another. */
  private String step(long from, long to) {
    HeapClass ofClass = graph.classById(from);
    if (ofClass != null) {
      return ofClass.statics().stream()
          .filter(f -> f.type() == HprofType.OBJECT && graph.file().id(f.valueAt()) == to)
          .map(field -> "." + field.name())
          .findFirst()
          .orElse("");
    }
    Optional<HeapObject> object = graph.instance(from);
    if (object.isEmpty()) {
      long position = graph.indexOf(from, to);
      return position < 0 ? "" : "[" + position + "]";
    }
    for (HeapClass c = object.get().type(); c != null; c = c.superclass()) {
      for (HeapClass.Field field : c.fields()) {
        int offset = object.get().type().baseOf(c) + field.offset();
        if (field.type() == HprofType.OBJECT && object.get().idAt(offset) == to) {
          return "." + field.name();
        }
      }
    }
    return "";
  }

  private String name(long address) {
    HeapClass type = graph.classById(address);
    if (type != null) {
      return "class " + type.name();
    }
    long at = graph.find(address);
    return graph
        .instance(address)
        .map(object -> object.type().name())
        .orElseGet(() -> at < 0 ? "?" : arrayName(at));
  }

  private String arrayName(long at) {
    HeapClass type = graph.classOfArray(at);
    if (type == null) {
      return "array";
    }
    String name = type.name();
    boolean objects = name.startsWith("[L");
    return objects ? name.substring(2, name.length() - 1) + "[]" : name;
  }
}
