package io.stranded.liveness;

import io.stranded.internal.heap.HeapThread;
import java.util.List;

/**
 * What can end a wait: any one of these is enough.
 *
 * @param objects whoever reaches one of these, by their addresses
 * @param threads one of these, as long as it lives
 * @param byHandle whether whoever has the Thread can end the wait at once, by unparking it
 */
record Ending(List<Long> objects, List<HeapThread> threads, boolean byHandle) {
  Ending {
    objects = List.copyOf(objects);
    threads = List.copyOf(threads);
  }

  static Ending byObjects(List<Long> objects) {
    return new Ending(objects, List.of(), /* byHandle= */ false);
  }

  static Ending byThreads(List<HeapThread> threads) {
    return new Ending(List.of(), threads, /* byHandle= */ false);
  }
}
