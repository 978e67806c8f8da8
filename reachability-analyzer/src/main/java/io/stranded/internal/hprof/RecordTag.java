package io.stranded.internal.hprof;

/** The kinds of top-level records, and how long their bodies are. */
final class RecordTag {
  static final int UTF8 = 0x01;
  static final int LOAD_CLASS = 0x02;
  static final int STACK_FRAME = 0x04;
  static final int STACK_TRACE = 0x05;
  static final int HEAP_DUMP = 0x0c;
  static final int HEAP_DUMP_SEGMENT = 0x1c;
  static final int HEAP_DUMP_END = 0x2c;
  private static final int UNLOAD_CLASS = 0x03;
  private static final int ALLOC_SITES = 0x06;
  private static final int HEAP_SUMMARY = 0x07;
  private static final int START_THREAD = 0x0a;
  private static final int END_THREAD = 0x0b;
  private static final int CPU_SAMPLES = 0x0d;
  static final int CONTROL_SETTINGS = 0x0e;

  /** Bytes of a STACK_TRACE before its frames. */
  static final int TRACE_HEADER = 12;

  private RecordTag() {}

  static boolean isHeap(int tag) {
    return tag == HEAP_DUMP || tag == HEAP_DUMP_SEGMENT;
  }

  static boolean isKnown(int tag) {
    return switch (tag) {
      case UTF8,
          LOAD_CLASS,
          UNLOAD_CLASS,
          STACK_FRAME,
          STACK_TRACE,
          ALLOC_SITES,
          HEAP_SUMMARY,
          START_THREAD,
          END_THREAD,
          HEAP_DUMP,
          CPU_SAMPLES,
          CONTROL_SETTINGS,
          HEAP_DUMP_SEGMENT,
          HEAP_DUMP_END ->
          true;
      default -> false;
    };
  }

  /**
   * Whether a body of the given length can be one of the kind. The lengths are exact where the
   * format says so: a segment whose tag was damaged must not pass for something harmless.
   */
  static boolean fits(int tag, long length, int idSize) {
    return switch (tag) {
      case UTF8 -> length >= idSize;
      case LOAD_CLASS -> length == 8 + 2L * idSize;
      case UNLOAD_CLASS, END_THREAD -> length == 4;
      case STACK_FRAME -> length == 8 + 4L * idSize;
      case STACK_TRACE -> length >= TRACE_HEADER && (length - TRACE_HEADER) % idSize == 0;
      case ALLOC_SITES -> length >= 34 && (length - 34) % 25 == 0;
      case HEAP_SUMMARY -> length == 24;
      case START_THREAD -> length == 8 + 4L * idSize;
      case CPU_SAMPLES -> length >= 8 && length % 8 == 0;
      case CONTROL_SETTINGS -> length == 6;
      case HEAP_DUMP_END -> length == 0;
      default -> isHeap(tag);
    };
  }
}
