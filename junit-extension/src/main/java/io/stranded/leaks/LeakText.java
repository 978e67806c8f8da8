package io.stranded.leaks;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.IoCall;
import io.stranded.internal.stack.StackFold;
import io.stranded.report.Printable;
import io.stranded.report.TextReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes what was left behind for people: the finding where there is a proof, else the stack. */
final class LeakText {
  private static final int MOST_FRAMES = 12;
  private static final int MOST_NAMES = 8;

  private final StringBuilder out = new StringBuilder();

  private LeakText() {}

  static String of(LeakReport report) {
    LeakText text = new LeakText();
    int count = report.leaks().size();
    text.line(
        Printable.of(report.subject())
            + (count == 0
                ? " leaves no thread behind"
                : " leaves " + threads(count) + " behind" + parts(report.leaks())));
    Map<Object, List<ThreadLeak>> groups = new LinkedHashMap<>();
    for (ThreadLeak leak : report.leaks()) {
      Object key = leak.finding().<Object>map(finding -> finding).orElseGet(() -> place(leak));
      groups.computeIfAbsent(key, first -> new ArrayList<>()).add(leak);
    }
    groups.values().forEach(text::group);
    report.notes().forEach(note -> text.line("note: " + Printable.of(note)));
    return text.out.toString();
  }

  private static List<Object> place(ThreadLeak leak) {
    return List.of(leak.kind(), leak.thread().stack(), leak.thread().createdBy());
  }

  private static String parts(List<ThreadLeak> leaks) {
    long stranded = leaks.stream().filter(leak -> leak.kind() == ThreadLeak.Kind.STRANDED).count();
    if (stranded == 0) {
      return ", alive";
    }
    return stranded == leaks.size()
        ? ", which can never run again"
        : ", of which " + stranded + " can never run again";
  }

  private void group(List<ThreadLeak> leaks) {
    line("");
    ThreadLeak first = leaks.get(0);
    first.finding().ifPresentOrElse(finding -> finding(finding, leaks), () -> alive(first, leaks));
    List<String> tests =
        new ArrayList<>(
            leaks.stream()
                .map(leak -> leak.thread().startedBy())
                .filter(test -> !test.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new)));
    fields("started by", tests);
  }

  /** A finding may have threads that others have left behind, too. */
  private void finding(Finding finding, List<ThreadLeak> leaks) {
    List<Long> ids = leaks.stream().map(leak -> leak.thread().id()).toList();
    List<FoundThread> ours =
        finding.threads().stream().filter(thread -> ids.contains(thread.id())).toList();
    Finding told =
        ours.size() == finding.count()
            ? finding
            : new Finding(
                finding.fingerprint(),
                finding.verdict(),
                finding.confidence(),
                finding.cause(),
                finding.summary() + "; " + ours.size() + " of them left behind here",
                finding.blockedOn(),
                ours,
                /* pinnedBytes= */ 0,
                finding.stack(),
                finding.createdBy(),
                finding.evidence(),
                finding.doubts(),
                finding.life(),
                finding.aliases());
    out.append(TextReport.of(told, /* coloured= */ false).stripTrailing()).append('\n');
  }

  private void alive(ThreadLeak first, List<ThreadLeak> leaks) {
    LiveThread thread = first.thread();
    line(
        "ALIVE  "
            + threads(leaks.size())
            + (leaks.size() == 1 ? " that " : ": each ")
            + sentence(first));
    List<String> names =
        leaks.stream().limit(MOST_NAMES).map(leak -> label(leak.thread())).toList();
    fields(
        "threads",
        List.of(
            String.join("; ", names)
                + (leaks.size() > MOST_NAMES
                    ? "; and " + (leaks.size() - MOST_NAMES) + " more"
                    : "")));
    fields(
        "stack",
        head(StackFold.of(thread.stack()).lines().stream().map(StackFold.Line::text).toList()));
    fields("created by", head(Creators.of(thread.createdBy())));
    fields("fix", List.of(advice(first)));
  }

  /** Of a call that waits for somebody outside this JVM, what nobody sees by its state. */
  private static String sentence(ThreadLeak leak) {
    return IoCall.of(leak.thread().stack())
        .map(call -> call.kind().words() + (call.timed() ? ", with a timeout" : ""))
        .orElse(leak.kind().sentence());
  }

  private static String label(LiveThread thread) {
    return FoundThread.label(thread.name(), thread.id(), thread.virtual()) + " #" + thread.id();
  }

  private static String advice(ThreadLeak leak) {
    Optional<IoCall> call = IoCall.of(leak.thread().stack());
    if (call.isPresent()) {
      return advice(call.get().kind());
    }
    boolean pooled =
        Frames.contains(leak.thread().stack(), "java.util.concurrent.ThreadPoolExecutor.runWorker")
            || Frames.contains(
                leak.thread().stack(), "java.util.concurrent.ForkJoinWorkerThread.run");
    if (pooled) {
      return "Shut the executor down, and await its end: close() from Java 19 on.";
    }
    return switch (leak.kind()) {
      case RUNNING -> "Tell it to stop, and join it.";
      case TIMED -> "Stop or interrupt it, and join it.";
      case WAITING, UNPROVED, HELD, DOUBTFUL, STRANDED ->
          "End its wait or interrupt it, and join it.";
    };
  }

  private static String advice(IoCall.Kind kind) {
    return switch (kind) {
      case SOCKET_READ, HANDSHAKE, HTTP_CLIENT ->
          "Give the call a timeout or close its connection, and join it.";
      case ACCEPT -> "Close the server's socket, and join it.";
      case PIPE_READ -> "Have what it reads from end, and join it.";
      case PROCESS -> "Have the process end, and join it.";
    };
  }

  private static List<String> head(List<String> frames) {
    if (frames.size() <= MOST_FRAMES) {
      return frames;
    }
    List<String> head = new ArrayList<>(frames.subList(0, MOST_FRAMES));
    head.add("... " + (frames.size() - MOST_FRAMES) + " more");
    return head;
  }

  private void fields(String label, List<String> values) {
    String shown = label;
    for (String value : values) {
      line(String.format(Locale.ROOT, "  %-12s", shown) + Printable.of(value));
      shown = "";
    }
  }

  private static String threads(int count) {
    return count == 1 ? "1 thread" : count + " threads";
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }
}
