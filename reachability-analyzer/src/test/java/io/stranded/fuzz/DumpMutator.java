package io.stranded.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Spoils a dump in one to four ways. The same seed spoils the same dump in the same way.
 *
 * <p>Half of all changes are made near a record's start, where lengths, ids and counts stand.
 */
final class DumpMutator {
  private static final long[] INTERESTING = {
    0,
    1,
    -1,
    2,
    4,
    8,
    0x7f,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    1L << 40
  };
  private static final int NEAR = 40;
  private static final int LONGEST_CHUNK = 300;

  private final byte[] original;
  private final int[] boundaries;

  /** Spoils this dump, whose records start at the given offsets. */
  DumpMutator(byte[] original, int[] boundaries) {
    this.original = original;
    this.boundaries = boundaries;
  }

  /** Whether all that the seed does is to cut the end of the dump. */
  static boolean onlyCuts(long seed) {
    return onlyCuts(new SplittableRandom(seed));
  }

  /** The dump as the seed spoils it. */
  byte[] mutate(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    if (onlyCuts(random)) {
      return Arrays.copyOf(original, place(random, original));
    }
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && bytes.length > NEAR; i++) {
      bytes = change(random, bytes);
    }
    return bytes;
  }

  private static boolean onlyCuts(SplittableRandom random) {
    return random.nextInt(8) == 0;
  }

  private byte[] change(SplittableRandom random, byte[] bytes) {
    int at = place(random, bytes);
    switch (random.nextInt(8)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = (byte) random.nextInt(256);
      case 3, 4 -> {
        long value = INTERESTING[random.nextInt(INTERESTING.length)];
        int width = 1 << random.nextInt(4);
        for (int i = 0; i < width && at + i < bytes.length; i++) {
          bytes[at + i] = (byte) (value >>> (8 * (width - 1 - i)));
        }
      }
      case 5 -> {
        // An id, a length or a record from elsewhere.
        int length = Math.min(1 + random.nextInt(NEAR), bytes.length - at);
        int from = random.nextInt(bytes.length - length + 1);
        System.arraycopy(bytes, from, bytes, at, length);
      }
      case 6 -> {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(LONGEST_CHUNK));
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (end - at));
        System.arraycopy(bytes, end, shorter, at, bytes.length - end);
        return shorter;
      }
      default -> {
        int length = Math.min(1 + random.nextInt(LONGEST_CHUNK), bytes.length - at);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
        return longer;
      }
    }
    return bytes;
  }

  private int place(SplittableRandom random, byte[] bytes) {
    int at =
        boundaries.length > 0 && random.nextBoolean()
            ? boundaries[random.nextInt(boundaries.length)] + random.nextInt(NEAR)
            : random.nextInt(bytes.length);
    return Math.min(at, bytes.length - 1);
  }
}
