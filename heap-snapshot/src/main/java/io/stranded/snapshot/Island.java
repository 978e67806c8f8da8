package io.stranded.snapshot;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;

/**
 * What only threads lead to that nothing live reaches, and what of its neighbours lives. All of one
 * moment, but the frames, which are those of a moment later; a thread that is not where it was then
 * has {@link Waiter#moved}.
 */
public final class Island {
  /** What a thread waits for. */
  public enum Wait {
    PARKED(0),
    BARE_PARK(1),
    MONITOR(2),
    MONITOR_ENTER(3),
    /** {@code Object.wait} of a virtual thread, on something that is on its stack. */
    UNKNOWN(4);

    private final int code;

    Wait(int code) {
      this.code = code;
    }

    /** The wait that the library writes so. */
    static Wait of(int code) {
      for (Wait wait : values()) {
        if (wait.code == code) {
          return wait;
        }
      }
      throw new IllegalArgumentException("no wait is " + code);
    }
  }

  /** In which stage a live thread was found to reach the waiter. */
  public enum Stage {
    STRONG(0),
    WEAK(1),
    HANDLE(2),
    NEVER(3);

    private final int code;

    Stage(int code) {
      this.code = code;
    }

    /** The stage that the library writes so. */
    static Stage of(int code) {
      for (Stage stage : values()) {
        if (stage.code == code) {
          return stage;
        }
      }
      throw new IllegalArgumentException("no stage is " + code);
    }
  }

  /**
   * A frame.
   *
   * @param method the JVM's id of the method
   * @param location where in it
   * @param type the class's name with dots
   * @param line as in heap dumps: -3 for native methods
   */
  public record Frame(
      long method,
      long location,
      String type,
      String name,
      String signature,
      String source,
      int line) {}

  /** An object that a stack holds; depth -1 if only a look at the bare words tells. */
  record StackRoot(long object, int depth, long method, long location) {}

  /**
   * A thread that strong references of live ones do not reach.
   *
   * @param thread the address of its Thread
   * @param id {@code Thread.threadId()}
   * @param kind what it does
   * @param stage when it was reached after all
   * @param virtual whether it is a virtual thread
   * @param waitsOn the address of the blocker or monitor; 0 for none
   * @param owned whether only the life of an owner ends the wait
   * @param owner the address of the owner's Thread; 0 if it has ended
   * @param handleStrong whether a live object refers to the Thread
   * @param handleWeak whether one does weakly
   * @param roots what its stack holds
   * @param frames its stack, innermost first; empty for virtual threads
   * @param moved whether it was seen to be elsewhere since
   */
  public record Waiter(
      long thread,
      long id,
      Wait kind,
      Stage stage,
      boolean virtual,
      long waitsOn,
      boolean owned,
      long owner,
      boolean handleStrong,
      boolean handleWeak,
      List<StackRoot> roots,
      List<Frame> frames,
      boolean moved) {}

  /** A live thread that the island refers to. */
  record LiveThread(long thread, int type, long id) {}

  /** A field; of an int constant the value too. A static one without an offset has nothing. */
  record FieldInfo(boolean isStatic, char type, long offset, int value, String name) {}

  /** A class that the island needs. */
  record ClassInfo(
      int index,
      int superIndex,
      long mirror,
      long loader,
      int size,
      boolean live,
      String signature,
      List<FieldInfo> fields) {
    /** The first dimension's element, or the type itself. */
    boolean isArray() {
      return signature.startsWith("[");
    }
  }

  /** An object of the island or at its border; its bytes are little-endian. */
  sealed interface Item {
    long address();

    int type();

    boolean live();
  }

  /** An instance; without bytes only that it lives is known. */
  record InstanceItem(long address, int type, boolean live, ByteBuffer bytes) implements Item {}

  record ReferenceArrayItem(long address, int type, boolean live, LongBuffer elements)
      implements Item {}

  /** An array of numbers; one that is too long has no bytes. */
  record NumberArrayItem(long address, int type, boolean live, int length, ByteBuffer bytes)
      implements Item {}

  /** The statics of a class of the island: the first bytes of its mirror. */
  record MirrorItem(long address, int type, ByteBuffer bytes) implements Item {
    @Override
    public boolean live() {
      return false;
    }
  }

  /** How references lie in the bytes of objects. */
  record References(int size, long base, int shift, Map<Long, Long> moved) {
    long at(ByteBuffer bytes, int offset) {
      long raw = size == 4 ? bytes.getInt(offset) & 0xffff_ffffL : bytes.getLong(offset);
      long address = size == 4 && raw != 0 ? base + (raw << shift) : raw;
      return moved.getOrDefault(address, address);
    }
  }

  private final long threads;
  private final References references;
  private final List<Waiter> waiters;
  private final List<LiveThread> liveThreads;
  private final List<Item> items;
  private final List<Long> weaklyReached;
  private final Map<Integer, ClassInfo> classes;

  Island(
      long threads,
      References references,
      List<Waiter> waiters,
      List<LiveThread> liveThreads,
      List<Item> items,
      List<Long> weaklyReached,
      Map<Integer, ClassInfo> classes) {
    this.threads = threads;
    this.references = references;
    this.waiters = waiters;
    this.liveThreads = liveThreads;
    this.items = items;
    this.weaklyReached = weaklyReached;
    this.classes = classes;
  }

  /** Started threads of the JVM; of virtual ones those that were met. */
  public long threads() {
    return threads;
  }

  /** The threads that strong references of live ones do not reach. */
  public List<Waiter> waiters() {
    return waiters;
  }

  References references() {
    return references;
  }

  List<LiveThread> liveThreads() {
    return liveThreads;
  }

  List<Item> items() {
    return items;
  }

  List<Long> weaklyReached() {
    return weaklyReached;
  }

  Map<Integer, ClassInfo> classes() {
    return classes;
  }
}
