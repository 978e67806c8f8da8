package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.JvmDescribed;
import io.stranded.internal.recording.RecordedFact.LookTaken;
import io.stranded.internal.recording.RecordedFact.ParkEnded;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadStarted;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Facts made by hand; times are seconds from a fixed one. */
final class Facts {
  static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");

  private static final String STACK =
      "jdk.internal.misc.Unsafe.park(Unsafe.java)\napp.Main.work(Main.java:7)\n"
          + "java.lang.Thread.run(Thread.java:840)";

  private Facts() {}

  static Instant at(long second) {
    return T0.plusSeconds(second);
  }

  static RecordedFact started(long id, long when, String place) {
    return new ThreadStarted(
        at(when), id, "t" + id, false, List.of("app." + place + "(Main.java:3)"), false);
  }

  static RecordedFact startedVirtual(long id, long when) {
    return new ThreadStarted(at(when), id, "", true, List.of(), false);
  }

  static RecordedFact ended(long id, long when) {
    return new ThreadEnded(at(when), id, false, false);
  }

  static RecordedFact park(long id, long reported, long since) {
    return park(id, reported, since, "park", 0);
  }

  static RecordedFact park(long id, long reported, long since, String kind, long owner) {
    return new ParkReported(
        at(reported), id, "t" + id, false, kind, "app.Sync", 7, owner, false, at(since), STACK);
  }

  static RecordedFact unpark(long id, long when, long since) {
    return new ParkEnded(at(when), id, at(since));
  }

  static RecordedFact look(long when) {
    return new LookTaken(at(when));
  }

  /** A dump with one thread, which is parked if it waits and blocked if it has an owner. */
  static RecordedFact dump(long when, long id, String state, String cpu) {
    return new ThreadDumpTaken(
        at(when),
        "\"t%d\" #%d prio=5 cpu=%s elapsed=900.00s\n   java.lang.Thread.State: %s (parking)\n"
                .formatted(id, id, cpu, state)
            + "\tat app.Main.work(Main.java:7)\n");
  }

  /** What a recording says of its JVM. */
  static RecordedFact jvm(long startedAt) {
    return new JvmDescribed(at(60), 4711, at(startedAt), "17", "app.Main", "");
  }

  static ThreadLedger ledger(long from, long until, Collection<RecordedFact> facts) {
    ThreadLedger ledger = new ThreadLedger();
    facts.forEach(ledger::accept);
    ledger.from(at(from));
    ledger.until(at(until));
    ledger.finish();
    return ledger;
  }
}
