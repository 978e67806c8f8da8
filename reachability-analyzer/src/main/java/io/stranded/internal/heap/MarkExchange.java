package io.stranded.internal.heap;

import io.stranded.internal.heap.MarkQueue.Block;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands each of two queues that share a marking what the other has reached in its pages, and knows
 * when there is nothing left for either.
 */
final class MarkExchange {
  /** Pages that lie side by side and belong to the same queue, as a power of two. */
  private static final int NEIGHBOURS_SHIFT = 3;

  /** What waits for a page. */
  record Stack(int page, Block top) {}

  private final List<Deque<Stack>> inboxes = List.of(new ArrayDeque<>(), new ArrayDeque<>());
  private int waiting;
  private boolean over;

  /** Which of the two queues marks the objects of a page: 0 or 1. */
  static int ownerOf(int page) {
    return page >>> NEIGHBOURS_SHIFT & 1;
  }

  /** Hands what waits for a page to the queue that marks it. */
  synchronized void send(int page, Block top) {
    inboxes.get(ownerOf(page)).add(new Stack(page, top));
    notifyAll();
  }

  /** The next stack for a queue, or null if there is none now. */
  synchronized @Nullable Stack receive(int queue) {
    return inboxes.get(queue).poll();
  }

  /** Whether one has failed, so that the other works in vain. */
  synchronized boolean isOver() {
    return over;
  }

  /** Ends the marking for both, though it may not be complete. */
  synchronized void end() {
    over = true;
    notifyAll();
  }

  /** The next stack for a queue that has run dry; null if both have, or one has failed. */
  synchronized @Nullable Stack await(int queue) {
    boolean interrupted = false;
    waiting++;
    while (inboxes.get(queue).isEmpty() && !over) {
      if (waiting == inboxes.size() && inboxes.stream().allMatch(Deque::isEmpty)) {
        end();
        break;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    waiting--;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return over ? null : receive(queue);
  }
}
