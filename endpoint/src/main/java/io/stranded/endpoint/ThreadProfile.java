package io.stranded.endpoint;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import io.stranded.report.PprofWriter;
import io.stranded.report.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** All threads of JVMs, as the {@code goroutine} profile of Go has all goroutines. */
final class ThreadProfile {
  private static final List<PprofWriter.Sampled> TYPES =
      List.of(new PprofWriter.Sampled("threads", "count"));

  private ThreadProfile() {}

  /** The binary one. */
  static byte[] of(Map<Target, List<ThreadView>> threads) {
    return delta(Map.of(), threads, Duration.ZERO);
  }

  /** What has become more, and less. */
  static byte[] delta(
      Map<Target, List<ThreadView>> before, Map<Target, List<ThreadView>> after, Duration between) {
    PprofWriter out = new PprofWriter(TYPES);
    add(before, -1, out);
    add(after, 1, out);
    return out.toGzip(Instant.now(), between, List.of());
  }

  /** A group for each stack, the largest first. */
  static String grouped(Map<Target, List<ThreadView>> threads) {
    StackText text = new StackText();
    Map<List<String>, Long> groups =
        threads.values().stream()
            .flatMap(List::stream)
            .collect(
                Collectors.groupingBy(
                    ThreadView::stack, LinkedHashMap::new, Collectors.counting()));
    long total = groups.values().stream().mapToLong(Long::longValue).sum();
    text.line("thread profile: total " + total);
    groups.entrySet().stream()
        .sorted(Map.Entry.<List<String>, Long>comparingByValue().reversed())
        .forEach(group -> text.line(group.getValue() + " @").comments(group.getKey()).line(""));
    return text.toString();
  }

  /** Each thread with its id, state, age, stack and creator, and what is known against it. */
  static String stacks(Map<Target, List<ThreadView>> threads, List<LeakProfile> leaks) {
    StackText text = new StackText();
    threads.forEach(
        (target, all) -> {
          Map<Long, String> verdicts = verdicts(target, leaks);
          for (ThreadView thread : all) {
            text.line(head(target, thread, verdicts.getOrDefault(thread.id(), "")))
                .stack(thread.stack(), thread.createdBy())
                .line("");
          }
        });
    return text.toString();
  }

  private static void add(Map<Target, List<ThreadView>> threads, int sign, PprofWriter out) {
    threads.forEach(
        (target, all) -> {
          for (ThreadView thread : all) {
            Map<String, String> labels = new LinkedHashMap<>();
            labels.put("state", thread.state());
            labels.put("thread", thread.name());
            labels.put("waits_on", thread.waitsOn());
            labels.put("service", target.serviceName());
            labels.put("pid", Long.toString(target.pid()));
            labels.values().removeIf(String::isEmpty);
            out.add(thread.stack(), labels, sign);
          }
        });
  }

  private static Map<Long, String> verdicts(Target target, List<LeakProfile> leaks) {
    Map<Long, String> verdicts = new HashMap<>();
    for (LeakProfile profile : leaks) {
      if (profile.target().filter(t -> t.instanceId().equals(target.instanceId())).isPresent()) {
        for (Finding finding : profile.findings()) {
          for (FoundThread thread : finding.threads()) {
            verdicts.put(thread.id(), LeakText.words(finding) + ": " + finding.cause().label());
          }
        }
      }
    }
    return verdicts;
  }

  private static String head(Target target, ThreadView thread, String verdict) {
    List<String> facts = new ArrayList<>();
    facts.add(thread.state().toLowerCase(Locale.ROOT).replace('_', ' '));
    thread.waitingFor().ifPresent(age -> facts.add(StackText.age(age)));
    if (!thread.waitsOn().isEmpty()) {
      facts.add("on " + thread.waitsOn());
    }
    if (!verdict.isEmpty()) {
      facts.add(verdict);
    }
    facts.add(target.serviceName() + " " + target.pid());
    return "thread %d \"%s\" [%s]:"
        .formatted(
            thread.id(), Printable.of(thread.name()), Printable.of(String.join(", ", facts)));
  }
}
