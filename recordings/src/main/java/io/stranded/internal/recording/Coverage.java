package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.EventsLost;
import io.stranded.internal.recording.RecordedFact.ParkEnded;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadStarted;
import io.stranded.internal.recording.RecordedFact.ThreadsCounted;
import io.stranded.internal.recording.RecordedFact.WaitOver;
import java.util.ArrayList;
import java.util.List;

/** Which events an input has, and so what can be concluded from it and what cannot. */
final class Coverage {
  /** So many threads without one that ends are worth a word. */
  private static final int MANY = 100;

  private final String input;
  private final List<String> damage = new ArrayList<>();
  private boolean read;
  private boolean agent;
  private long virtualStarts;
  private long virtualEnds;
  private long finishedWaits;
  private boolean counted;
  private long starts;
  private long ends;
  private long dumps;
  private long lostBytes;
  private boolean gaps;

  Coverage(String input) {
    this.input = input;
  }

  void count(RecordedFact fact) {
    if (fact instanceof ThreadStarted started) {
      agent |= started.byAgent();
      if (started.virtual() && !started.byAgent()) {
        virtualStarts++;
      } else {
        starts++;
      }
    } else if (fact instanceof ThreadEnded ended) {
      agent |= ended.byAgent();
      if (ended.virtual() && !ended.byAgent()) {
        virtualEnds++;
      } else {
        ends++;
      }
    } else if (fact instanceof WaitOver) {
      finishedWaits++;
    } else if (fact instanceof ThreadsCounted) {
      counted = true;
    } else if (fact instanceof ParkReported || fact instanceof ParkEnded) {
      agent = true;
    } else if (fact instanceof ThreadDumpTaken) {
      dumps++;
    } else if (fact instanceof EventsLost lost) {
      lostBytes += lost.bytes();
    }
  }

  void damaged(String loss) {
    damage.add(loss);
  }

  /** Events of the input are missing that were made a while before its end. */
  void gap() {
    gaps = true;
  }

  /** Why its silence would mean nothing, a clause each. */
  List<String> unknowns() {
    List<String> unknowns = new ArrayList<>();
    if (gaps) {
      unknowns.add("part of " + input + " is missing");
    }
    if (lostBytes > 0) {
      unknowns.add("the recorder lost events of " + input);
    }
    if (!agent && virtualStarts > virtualEnds) {
      unknowns.add(
          "what %s on is in no thread dump"
              .formatted(
                  Numbers.of(
                      virtualStarts - virtualEnds,
                      "virtual thread waits",
                      "virtual threads wait")));
    }
    return unknowns;
  }

  /** At least a part of the input could be read. */
  void read() {
    read = true;
  }

  /** What the reader of the findings should know about this input, one sentence each. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    damage.forEach(loss -> notes.add(input + ": " + loss));
    if (!read) {
      return notes;
    }
    if (lostBytes > 0) {
      notes.add(
          "%s: the recorder lost %s of events, so that the end of a thread or of a wait may be missing"
              .formatted(input, Numbers.of(lostBytes, "byte", "bytes")));
    }
    if (!agent) {
      notes.add(
          input
              + ": no events of the Stranded agent"
              + (dumps > 0
                  ? ": what threads wait on comes from %s, and virtual threads are in none"
                      .formatted(Numbers.of(dumps, "thread dump", "thread dumps"))
                  : " and no thread dumps: which threads wait cannot be told"));
      finishedWaits(notes);
      virtualThreads(notes);
    }
    if (starts == 0) {
      notes.add(
          input
              + ": no thread starts: who created the threads cannot be told"
              + (counted ? ", only how many there were" : ""));
    } else if (ends == 0 && starts >= MANY) {
      notes.add(
          "%s: %d threads start and none ends: ends were not recorded, or all live on"
              .formatted(input, starts));
    }
    return notes;
  }

  private void finishedWaits(List<String> notes) {
    if (finishedWaits > 0) {
      notes.add(
          "%s: %s over: the JDK makes none of a wait that goes on"
              .formatted(
                  input,
                  Numbers.of(
                      finishedWaits, "event of a wait that was", "events of waits that were")));
    }
  }

  private void virtualThreads(List<String> notes) {
    if (virtualStarts > 0 || virtualEnds > 0) {
      notes.add(
          "%s: %s and %d end: who started them and what they wait on only the agent tells"
              .formatted(
                  input,
                  Numbers.of(virtualStarts, "virtual thread starts", "virtual threads start"),
                  virtualEnds));
    }
  }
}
