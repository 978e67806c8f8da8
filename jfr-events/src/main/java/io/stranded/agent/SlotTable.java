package io.stranded.agent;

import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots of all threads by thread id: open-addressed hash tables, many of them so that threads
 * rarely meet in one.
 *
 * <p>Not a {@code ThreadLocal}, which costs a virtual thread that has no other about 150 bytes, and
 * not a {@code ConcurrentHashMap}, which needs an object per look-up. A look-up takes no lock; it
 * may miss a slot that is being moved, so a miss is confirmed under the stripe's lock. A slot is
 * added and removed by its own thread, added before that where the thread is started, and removed
 * by the reporter when the thread is gone.
 */
final class SlotTable {
  private static final int STRIPES = 64;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final ReferenceQueue<Thread> collected = new ReferenceQueue<>();

  SlotTable() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** The slot of a thread, or null. */
  @Nullable Slot find(long threadId) {
    return stripe(threadId).find(threadId);
  }

  /** The slot of the current thread, made if there is none. */
  Slot obtain(long threadId) {
    Stripe stripe = stripe(threadId);
    Slot slot = stripe.peek(threadId);
    return slot != null ? slot : obtain(Thread.currentThread(), threadId, /* creation= */ 0);
  }

  /** The slot of a thread, made if there is none. */
  Slot obtain(Thread thread, long threadId, int creation) {
    return stripe(threadId).obtain(thread, threadId, creation, collected);
  }

  /** A slot whose thread the collector has taken, or null; each once. */
  @Nullable Slot pollCollected() {
    return (Slot) collected.poll();
  }

  /** Removes and returns the slot of a thread, or null. */
  @Nullable Slot remove(long threadId) {
    return stripe(threadId).remove(threadId);
  }

  /** Removes a slot, if it is there. */
  void remove(Slot slot) {
    Stripe stripe = stripe(slot.threadId());
    synchronized (stripe) {
      if (stripe.peek(slot.threadId()) == slot) {
        stripe.remove(slot.threadId());
      }
    }
  }

  /** Visits the slots. One that is moved meanwhile may be visited twice or not at all. */
  void forEach(Consumer<Slot> visitor) {
    for (Stripe stripe : stripes) {
      AtomicReferenceArray<@Nullable Slot> slots = stripe.slots;
      for (int i = 0; i < slots.length(); i++) {
        Slot slot = slots.get(i);
        if (slot != null) {
          visitor.accept(slot);
        }
      }
    }
  }

  /** The number of slots. */
  int size() {
    int size = 0;
    for (Stripe stripe : stripes) {
      size += stripe.size.get();
    }
    return size;
  }

  private Stripe stripe(long threadId) {
    return stripes[(int) threadId & (STRIPES - 1)];
  }

  /** One of the hash tables: linear probing, at most half full. */
  private static final class Stripe {
    private static final int SMALLEST = 8;

    final AtomicInteger size = new AtomicInteger();
    volatile AtomicReferenceArray<@Nullable Slot> slots = new AtomicReferenceArray<>(SMALLEST);

    @Nullable Slot find(long threadId) {
      Slot slot = peek(threadId);
      if (slot == null) {
        synchronized (this) {
          slot = peek(threadId);
        }
      }
      return slot;
    }

    @Nullable Slot peek(long threadId) {
      AtomicReferenceArray<@Nullable Slot> current = slots;
      int mask = current.length() - 1;
      for (int i = home(threadId, mask); ; i = (i + 1) & mask) {
        Slot slot = current.get(i);
        if (slot == null || slot.threadId() == threadId) {
          return slot;
        }
      }
    }

    synchronized Slot obtain(
        Thread thread, long threadId, int creation, ReferenceQueue<Thread> collected) {
      Slot slot = peek(threadId);
      if (slot == null) {
        slot = new Slot(thread, threadId, creation, collected);
        // First, since it may fail for want of memory: a table without a gap would be searched on
        // and on.
        if (size.get() >= slots.length() / 2) {
          resize(slots.length() * 2);
        }
        size.incrementAndGet();
        slots.set(indexOf(slots, threadId), slot);
      }
      return slot;
    }

    synchronized @Nullable Slot remove(long threadId) {
      int index = indexOf(slots, threadId);
      Slot removed = slots.get(index);
      if (removed != null) {
        closeGap(index);
        if (size.decrementAndGet() < slots.length() / 8 && slots.length() > SMALLEST) {
          resize(slots.length() / 2);
        }
      }
      return removed;
    }

    /**
     * Moves slots back into the gap that a removed one leaves, so that no probe ends there early.
     */
    private void closeGap(int gap) {
      int mask = slots.length() - 1;
      int free = gap;
      for (int i = (gap + 1) & mask; ; i = (i + 1) & mask) {
        Slot slot = slots.get(i);
        if (slot == null) {
          slots.set(free, null);
          return;
        }
        int home = home(slot.threadId(), mask);
        // May move if its home is not between the gap and where it is.
        if (((i - home) & mask) >= ((i - free) & mask)) {
          slots.set(free, slot);
          free = i;
        }
      }
    }

    private void resize(int length) {
      AtomicReferenceArray<@Nullable Slot> resized = new AtomicReferenceArray<>(length);
      for (int i = 0; i < slots.length(); i++) {
        Slot slot = slots.get(i);
        if (slot != null) {
          resized.set(indexOf(resized, slot.threadId()), slot);
        }
      }
      slots = resized;
    }

    /** Where the thread's slot is, or the free place where it would be; under the lock only. */
    private static int indexOf(AtomicReferenceArray<@Nullable Slot> slots, long threadId) {
      int mask = slots.length() - 1;
      int index = home(threadId, mask);
      while (true) {
        Slot slot = slots.get(index);
        if (slot == null || slot.threadId() == threadId) {
          return index;
        }
        index = (index + 1) & mask;
      }
    }

    private static int home(long threadId, int mask) {
      // Fibonacci hashing: ids come in sequence, and in one stripe with a stride.
      return (int) ((threadId * 0x9E37_79B9_7F4A_7C15L) >>> 40) & mask;
    }
  }
}
