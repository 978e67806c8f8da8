package io.stranded.internal.recording;

/** Numbers of things as people say them. */
final class Numbers {
  private Numbers() {}

  /** The number with the word for one or for many, such as {@code 1 event} or {@code 2 events}. */
  static String of(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }
}
