package io.stranded.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What an analysis takes from the Java heap at the very most, and what one took. */
public final class Allocation {
  private static final long FIXED = 128L << 20;
  private static final long PER_BYTE = 64;

  private Allocation() {}

  /** The bound for a dump of so many bytes, as the documentation states it. */
  public static long bound(long dumpBytes) {
    return FIXED + PER_BYTE * dumpBytes;
  }

  /** All bytes that this thread has allocated so far, freed ones included: never too little. */
  public static long ofThisThread() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
