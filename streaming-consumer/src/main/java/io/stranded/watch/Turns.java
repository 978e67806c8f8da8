package io.stranded.watch;

import java.util.concurrent.Semaphore;

/**
 * Whose turn it is, among all targets of a sidecar.
 *
 * @param dump held while a heap dump is taken and analyzed
 * @param snapshot held while a snapshot is taken
 */
record Turns(Semaphore dump, Semaphore snapshot) {
  static Turns oneAtATime() {
    return new Turns(new Semaphore(1), new Semaphore(1));
  }
}
