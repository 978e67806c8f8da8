package io.stranded.cli;

import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.RecordedJvm;
import io.stranded.internal.recording.UnreadableRecordingException;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A heap dump and the recordings of the same JVM. */
final class HeapJoin {
  private HeapJoin() {}

  /**
   * Analyzes a dump with what recordings tell of its threads.
   *
   * @param jvms one of which was dumped
   * @throws UnreadableRecordingException if none was
   */
  static LeakProfile analyze(
      Path dump, List<RecordedJvm> jvms, LeakAnalyzer analyzer, ThreadFacts beside)
      throws IOException {
    UnreadableRecordingException mismatch = null;
    for (RecordedJvm jvm : jvms) {
      try {
        return jvm.prove(dump, analyzer, beside);
      } catch (UnreadableRecordingException e) {
        mismatch = e;
      }
    }
    throw orNoJvm(mismatch);
  }

  private static UnreadableRecordingException orNoJvm(@Nullable UnreadableRecordingException e) {
    if (e == null) {
      throw new IllegalArgumentException("no JVMs");
    }
    return e;
  }
}
