package io.stranded.liveness;

/** Sizes on the dumped heap, which are not those in the dump. */
final class HeapSizes {
  private static final int ARRAY_HEADER = 16;
  private static final int ALIGNMENT = 8;

  private HeapSizes() {}

  /** Bytes of an array whose elements take the given bytes. */
  static long array(long elementBytes) {
    return (ARRAY_HEADER + elementBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
