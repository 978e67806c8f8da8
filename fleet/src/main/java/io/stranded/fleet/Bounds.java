package io.stranded.fleet;

import java.util.List;

/**
 * How much of what others wrote is kept, so that no record of ours outgrows a topic: a leak that
 * has the most of everything, each character in its longest form, has 600 KB. Numbers stay exact
 * whatever is cut.
 */
final class Bounds {
  /** Longest key of a finding, in bytes. */
  static final int KEY_BYTES = 1024;

  /** Services of a leak by name. */
  static final int SERVICES = 50;

  /** Versions of a service by name. */
  static final int VERSIONS = 10;

  /** Words of verdicts: more than there will ever be. */
  static final int VERDICTS = 10;

  /** Frames of a stack. */
  static final int FRAMES = 30;

  /** Lines of evidence. */
  static final int EVIDENCE = 10;

  /** Names of threads. */
  static final int THREAD_NAMES = 5;

  private static final int NAME_CHARACTERS = 128;
  private static final int FRAME_CHARACTERS = 300;

  /** Of a frame in JSON, where a character may take six bytes. */
  static final int LARGEST_FRAME_BYTES = 6 * FRAME_CHARACTERS;

  private Bounds() {}

  /** A name of a service, version or thread. */
  static String name(String name) {
    return shortened(name, NAME_CHARACTERS);
  }

  /** The first frames. */
  static List<String> frames(List<String> frames) {
    return frames.stream().limit(FRAMES).map(Bounds::frame).toList();
  }

  /** The first lines of evidence. */
  static List<String> evidence(List<String> lines) {
    return lines.stream().limit(EVIDENCE).map(Bounds::frame).toList();
  }

  /** The first different names of threads; threads without one are left out. */
  static List<String> threadNames(List<String> names) {
    return names.stream()
        .filter(name -> !name.isEmpty())
        .map(Bounds::name)
        .distinct()
        .limit(THREAD_NAMES)
        .toList();
  }

  /** A frame, or what is as long. */
  static String frame(String frame) {
    return shortened(frame, FRAME_CHARACTERS);
  }

  /** The beginning of a text, marked as such, if it is longer. */
  static String shortened(String text, int characters) {
    if (text.length() <= characters) {
      return text;
    }
    int end = characters - 1;
    // Never half a character outside the basic plane.
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
