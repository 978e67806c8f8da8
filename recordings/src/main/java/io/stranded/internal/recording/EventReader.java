package io.stranded.internal.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/** Reads those events of a file that matter here, in any order. */
interface EventReader {
  /**
   * Hands every fact of the file to the consumer, in the calling thread.
   *
   * @param reached hears now and then of the time of the event just read
   * @throws IOException if the file cannot be read to its end; what was handed over stays valid
   */
  void read(Path file, Consumer<RecordedFact> facts, Consumer<Instant> reached) throws IOException;
}
