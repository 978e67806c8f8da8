package io.stranded.internal.recording;

import io.stranded.finding.FoundThread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What there is to say beside the findings, once all inputs are read. */
final class ReplayNotes {
  private static final int TOP = 3;

  private ReplayNotes() {}

  static List<String> of(ThreadLedger ledger, OpenWaits waits, Suspects suspects) {
    List<String> notes = new ArrayList<>();
    for (Wait wait : waits.keptAlive()) {
      notes.add(
          "thread %s waits in %s: kept alive on purpose, no suspect"
              .formatted(
                  FoundThread.label(wait.name(), wait.id(), wait.virtual()),
                  FrameText.place(wait.stack())));
    }
    if (waits.inRhythm() > 0) {
      notes.add(
          Numbers.of(waits.inRhythm(), "thread waits", "threads wait")
              + " in the last thread dump that had run shortly before, and may again: no "
              + (waits.inRhythm() == 1 ? "suspect" : "suspects"));
    }
    if (waits.returned() > 0) {
      notes.add(
          Numbers.of(waits.returned(), "thread waits", "threads wait")
              + " in the last thread dump as in an earlier one, and had run in between: no "
              + (waits.returned() == 1 ? "suspect" : "suspects"));
    }
    if (waits.tooYoung() > 0) {
      notes.add(
          Numbers.of(waits.tooYoung(), "thread has", "threads have")
              + " waited for less than the minimum age: no suspects");
    }
    if (waits.ofUnknownAge() > 0) {
      notes.add(
          Numbers.of(waits.ofUnknownAge(), "thread waits", "threads wait")
              + " for an unknown time, in the last thread dump only: a minimum age hides them,"
              + " without one they are shown");
    }
    unexplained(ledger, waits, suspects, notes);
    return notes;
  }

  private static void unexplained(
      ThreadLedger ledger, OpenWaits waits, Suspects suspects, List<String> notes) {
    Map<String, Integer> places = new LinkedHashMap<>();
    int total = 0;
    for (ThreadRecord thread : ledger.alive()) {
      if (thread.started()
          && !waits.explains(thread.id())
          && !suspects.counts(thread.id())
          && ledger.census().groupOf(thread.id()).filter(suspects::explains).isEmpty()
          && !WaitsByDesign.isJvmThread(thread.name())) {
        total++;
        places.merge(
            thread.creator().isEmpty() ? "unknown places" : FrameText.place(thread.creator()),
            1,
            Integer::sum);
      }
    }
    if (total == 0) {
      return;
    }
    String top =
        String.join(
            ", ",
            places.entrySet().stream()
                .sorted(
                    Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(TOP)
                .map(place -> place.getValue() + " at " + place.getKey())
                .toList());
    notes.add(
        "%s started and had not ended when the recording did, without a sign of a lasting wait: %s%s"
            .formatted(
                Numbers.of(total, "thread was", "threads were"),
                top,
                places.size() > TOP ? ", …" : ""));
  }
}
