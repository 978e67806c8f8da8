package io.stranded.kafka;

import java.util.List;

/**
 * Consecutive records of one spool segment.
 *
 * @param start position of the first byte of the first record
 * @param end position behind the last record
 * @param lines the records, without their line breaks
 * @param inherited whether an earlier process wrote some of them, whose end may have damaged them
 */
record SpoolBatch(long start, long end, List<byte[]> lines, boolean inherited) {
  SpoolBatch {
    lines = List.copyOf(lines);
  }
}
