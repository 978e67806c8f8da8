package io.stranded.internal.source;

import java.time.Duration;

/** What a thread waits for, as the kernel has been told. */
public sealed interface KernelWait {
  /** Nothing that is known, or no wait at all. */
  KernelWait UNKNOWN = new Unknown();

  /** Nobody tells. */
  record Unknown() implements KernelWait {}

  /**
   * A wait that ends by itself.
   *
   * @param left until then; of a JVM's waits a hundred million seconds at most
   */
  record Until(Duration left) implements KernelWait {}

  /**
   * Input from a descriptor, or a connection to it.
   *
   * @param descriptor its number in the process
   */
  record Input(int descriptor) implements KernelWait {}
}
