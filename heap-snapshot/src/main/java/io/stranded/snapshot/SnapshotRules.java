package io.stranded.snapshot;

import java.util.ArrayList;
import java.util.List;

/**
 * What the C library is told of classes: how references count, and where it finds what it reads.
 *
 * <p>A class or a field that the target does not have is left out, unless a reference would be
 * missed without it: then there is no snapshot.
 */
public final class SnapshotRules {
  /** How a reference counts. The most special class that says something of a field decides. */
  public enum Kind {
    /** Live code cannot use it. */
    SKIP("skip"),
    /** It counts in the stage of weak and soft references. */
    DEFER("defer"),
    /** It counts, though the collector does not follow it. */
    FOLLOW("follow"),
    /** Of a thread: nobody who holds the thread gets at it. The field {@code *} is all of them. */
    PRIVATE("private"),
    /** Of a lock: its owner, whose life alone can end a wait for it; it does not count itself. */
    OWNER("owner"),
    /** A static field that does not count. */
    SKIP_STATIC("skip-static"),
    /** A static field that leads to all virtual threads, and does not count. */
    REGISTRY("registry");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private static final String THREAD = "java.lang.Thread";
  private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";
  private static final String GROUP = "java.lang.ThreadGroup";
  private static final String CHUNK = "jdk.internal.vm.StackChunk";

  /** Where the library finds what it reads of threads itself; each JDK has some of them. */
  private static final List<String> LAYOUT =
      List.of(
          "class thread " + THREAD,
          "class virtual-thread " + VIRTUAL_THREAD,
          "class stack-chunk " + CHUNK,
          "class thread-group " + GROUP,
          // Always there, so that the analyzer knows them for what this JDK has.
          "describe java.lang.Object",
          "describe java.lang.Thread",
          "describe java.lang.Thread$FieldHolder",
          "describe java.lang.ref.Reference",
          "describe java.lang.ref.WeakReference",
          "role thread-id " + THREAD + " tid",
          "role thread-name " + THREAD + " name",
          "role group-name " + GROUP + " name",
          "role string-value java.lang.String value",
          "role thread-status " + THREAD + " threadStatus",
          "role thread-holder " + THREAD + " holder",
          "role holder-status java.lang.Thread$FieldHolder threadStatus",
          "role park-blocker " + THREAD + " parkBlocker",
          "role virtual-state " + VIRTUAL_THREAD + " state",
          "role continuation " + VIRTUAL_THREAD + " cont",
          "role continuation-tail jdk.internal.vm.Continuation tail",
          "role chunk-sp " + CHUNK + " sp",
          "role chunk-size " + CHUNK + " size",
          "role chunk-parent " + CHUNK + " parent",
          // The JVM alone would know of virtual threads that enter a monitor.
          "refuse jdk.internal.vm.ThreadContainers$RootContainer$CountingRootContainer",
          "virtual-wait parked " + VIRTUAL_THREAD + " PARKED TIMED_PARKED",
          "virtual-wait waiting " + VIRTUAL_THREAD + " WAIT TIMED_WAIT");

  private final List<String> lines = new ArrayList<>(LAYOUT);

  /** Says how a field of a class, or all its fields, count. */
  public SnapshotRules field(Kind kind, String className, String field) {
    lines.add(kind.word + " " + word(className) + " " + word(field));
    return this;
  }

  /**
   * Has live instances of a class and its subclasses written with what they hold, if the threads in
   * question lead to them: the queue of a lock tells whom it has released.
   */
  public SnapshotRules open(String className) {
    lines.add("open " + word(className));
    return this;
  }

  /**
   * Has live instances of the application's subclasses of a class give away the threads that what
   * they refer to {@link #knows}.
   */
  public SnapshotRules gives(String className) {
    lines.add("gives " + word(className));
    return this;
  }

  /** Says that instances of a class know threads, or lead to such as do. */
  public SnapshotRules knows(String className) {
    lines.add("knows " + word(className));
    return this;
  }

  List<String> lines() {
    return lines;
  }

  private static String word(String name) {
    if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("no name of a class or field: '" + name + "'");
    }
    return name;
  }
}
