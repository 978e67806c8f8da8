package io.stranded.fuzz;

import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.HeapRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Where the records of a whole dump start. */
final class Records {
  private static final int HEADER = 9;

  private Records() {}

  /** Offsets of all records and heap sub-records, in order; the first record's comes first. */
  static int[] boundaries(Path dump) throws IOException {
    try (DumpFile file = DumpFile.open(dump)) {
      IntStream.Builder boundaries = IntStream.builder();
      for (long at = file.recordsStart(); at < file.size(); at += HEADER + file.u4(at + 5)) {
        boundaries.add((int) at);
      }
      for (DumpIndex.Segment segment : new DumpIndex(file).segments()) {
        HeapRecords records = new HeapRecords(file, segment.start(), segment.end());
        while (records.next()) {
          boundaries.add((int) records.at());
        }
      }
      int[] sorted = boundaries.build().toArray();
      Arrays.sort(sorted);
      return sorted;
    }
  }
}
