package io.stranded.recording;

import io.stranded.recording.RecordedFact.EventsLost;
import io.stranded.recording.RecordedFact.ParkEnded;
import io.stranded.recording.RecordedFact.ParkReported;
import io.stranded.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.recording.RecordedFact.ThreadEnded;
import io.stranded.recording.RecordedFact.ThreadStarted;
import java.util.ArrayList;
import java.util.List;

/** Which events an input has, and so what can be concluded from it and what cannot. */
final class Coverage {
  /** So many threads without one that ends are worth a word. */
  private static final int MANY = 100;

  private final String input;
  private final List<String> damage = new ArrayList<>();
  private boolean agent;
  private long starts;
  private long ends;
  private long dumps;
  private long lostBytes;

  Coverage(String input) {
    this.input = input;
  }

  void count(RecordedFact fact) {
    if (fact instanceof ThreadStarted started) {
      starts++;
      agent |= started.byAgent();
    } else if (fact instanceof ThreadEnded ended) {
      ends++;
      agent |= ended.byAgent();
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

  /** What the reader of the findings should know about this input, one sentence each. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    damage.forEach(loss -> notes.add(input + ": " + loss));
    if (lostBytes > 0) {
      notes.add(
          "%s: the recorder lost %d bytes of events, so that the end of a thread or of a wait may be missing"
              .formatted(input, lostBytes));
    }
    if (!agent) {
      notes.add(
          input
              + ": no events of the Stranded agent: "
              + (dumps > 0
                  ? "what threads wait on comes from %d thread %s, and virtual threads are in none"
                      .formatted(dumps, dumps == 1 ? "dump" : "dumps")
                  : "and no thread dumps: which threads wait cannot be told"));
    }
    if (starts == 0) {
      notes.add(input + ": no thread starts: who created the threads cannot be told");
    } else if (ends == 0 && starts >= MANY) {
      notes.add(
          "%s: %d threads start and none ends: ends were not recorded, or all live on"
              .formatted(input, starts));
    }
    return notes;
  }
}
