package io.stranded.internal.recording;

import static java.util.stream.Collectors.toMap;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Thread dumps of one JVM that came in one file: two of them are two looks.
 *
 * <p>They are printed in the time of some zone, so nothing tells for sure whether the heap dump was
 * taken before them, between them or after them. So they change no verdict, and are evidence.
 */
final class DumpSeries {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private final DumpHistory history = new DumpHistory();

  /**
   * A series that ends with the last dump; what is of another JVM than that is left out.
   *
   * @param dumps by when they were taken
   */
  DumpSeries(SortedMap<LocalDateTime, String> dumps) {
    Deque<ThreadDumpTaken> ofOneJvm = new ArrayDeque<>();
    Map<Long, DumpedThread> later = Map.of();
    for (LocalDateTime at : new TreeMap<>(dumps).descendingKeySet()) {
      ThreadDumpTaken dump =
          new ThreadDumpTaken(at.toInstant(ZoneOffset.UTC), String.valueOf(dumps.get(at)));
      Map<Long, DumpedThread> threads =
          ThreadDumpParser.parse(dump.text()).stream()
              .collect(toMap(DumpedThread::id, thread -> thread));
      if (!ofOneJvm.isEmpty()
          && !isOneJvm(threads, later, Duration.between(dump.at(), ofOneJvm.getFirst().at()))) {
        break;
      }
      ofOneJvm.addFirst(dump);
      later = threads;
    }
    ofOneJvm.forEach(history::add);
    history.finish();
  }

  /** Threads grow older by the time between two dumps. */
  private static boolean isOneJvm(
      Map<Long, DumpedThread> earlier, Map<Long, DumpedThread> later, Duration between) {
    return later.values().stream()
        .filter(thread -> ages(thread, earlier).isPresent())
        .min(Comparator.comparingLong(DumpedThread::id))
        .flatMap(thread -> ages(thread, earlier))
        .filter(aged -> aged.minus(between).abs().compareTo(TOLERANCE) <= 0)
        .isPresent();
  }

  private static Optional<Duration> ages(DumpedThread thread, Map<Long, DumpedThread> earlier) {
    return Optional.ofNullable(earlier.get(thread.id()))
        .flatMap(DumpedThread::elapsed)
        .flatMap(before -> thread.elapsed().map(now -> now.minus(before)));
  }

  /** The profile of a heap dump with what the dumps tell of the waits in it. */
  LeakProfile complete(LeakProfile profile) {
    if (history.count() < 2) {
      return profile;
    }
    return profile.withFindings(profile.findings().stream().map(this::withLooks).toList());
  }

  private Finding withLooks(Finding finding) {
    Instant last = history.lastAt().orElseThrow();
    List<DumpHistory.Seen> seen =
        finding.threads().stream()
            .map(thread -> Optional.ofNullable(history.last().get(thread.id())))
            .flatMap(Optional::stream)
            .filter(look -> look.thread().waits())
            .filter(look -> look.thread().stack().equals(FrameText.visible(finding.stack())))
            .toList();
    List<Instant> since =
        seen.stream().map(DumpHistory.Seen::since).filter(at -> at.isBefore(last)).toList();
    long returned =
        seen.stream().filter(look -> look.since().equals(last) && look.returned()).count();
    List<String> evidence = new ArrayList<>(finding.evidence());
    if (!since.isEmpty()) {
      evidence.add(
          "%s in the same wait in the thread dumps from %s to %s, without using CPU time"
              .formatted(seen(since.size(), finding), time(Collections.min(since)), time(last)));
    }
    if (returned > 0) {
      evidence.add(
          "%s to wait in the same place in several thread dumps, and to have run in between"
              .formatted(seen(returned, finding)));
    }
    return finding.withEvidence(evidence);
  }

  private static String seen(long threads, Finding finding) {
    return finding.count() == 1 ? "seen" : threads + " seen";
  }

  private static String time(Instant instant) {
    return TIME.format(instant.atOffset(ZoneOffset.UTC));
  }
}
