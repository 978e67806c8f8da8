package io.stranded.liveness;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A stack of longs, which can also be taken from its far end. Kept in blocks: it never copies what
 * it holds, and holds as many as there is memory for.
 */
final class LongStack {
  private static final int BLOCK_LENGTH = 4096;

  private final Deque<long[]> blocks = new ArrayDeque<>();
  private long[] first = new long[BLOCK_LENGTH];
  private long[] last = first;
  private int start;
  private int end;

  LongStack() {
    blocks.add(first);
  }

  void push(long value) {
    if (end == BLOCK_LENGTH) {
      last = new long[BLOCK_LENGTH];
      blocks.addLast(last);
      end = 0;
    }
    last[end++] = value;
  }

  /** Takes the one that was pushed last. */
  long pop() {
    if (end == 0) {
      blocks.removeLast();
      last = blocks.getLast();
      end = BLOCK_LENGTH;
    }
    return last[--end];
  }

  /** Takes the one that was pushed first. */
  long popFirst() {
    if (start == BLOCK_LENGTH) {
      blocks.removeFirst();
      first = blocks.getFirst();
      start = 0;
    }
    return first[start++];
  }

  /** Takes all that another one has. */
  void takeAll(LongStack other) {
    while (!other.isEmpty()) {
      push(other.popFirst());
    }
  }

  boolean isEmpty() {
    return blocks.size() == 1 ? start == end : blocks.size() == 2 && start - BLOCK_LENGTH == end;
  }
}
