package io.stranded.fuzz;

import io.stranded.testing.DumpBuilder;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Whole dumps to start from: hand-made ones of every format, and real ones, made small. */
final class Seeds {
  private static final String FUTURE = "java.util.concurrent.FutureTask";
  private static final String OWNABLE = "java.util.concurrent.locks.AbstractOwnableSynchronizer";
  private static final String SYNC = "java.util.concurrent.locks.AbstractQueuedSynchronizer";
  private static final String LOCK = "java.util.concurrent.locks.ReentrantLock$Sync";

  private Seeds() {}

  /** Dumps by hand: of few bytes, so each change hits something. */
  static Map<String, byte[]> byHand() throws IOException {
    Map<String, byte[]> seeds = new LinkedHashMap<>();
    for (int idSize : new int[] {4, 8}) {
      seeds.put("hand-" + idSize, dump(idSize).build());
      seeds.put("hand-" + idSize + "-unsegmented", dump(idSize).buildUnsegmented());
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(dump(8).build());
    }
    seeds.put("hand-gzip", packed.toByteArray());
    return seeds;
  }

  /** A real dump of each JDK, as it is. */
  static Map<String, Path> real(Path directory) {
    Map<String, Path> seeds = new LinkedHashMap<>();
    for (Jdk jdk : Jdk.targets()) {
      try (ForkedJvm jvm =
          ForkedJvm.start(
              jdk,
              List.of("-Xmx16m", "-Xshare:auto", "-XX:+UseSerialGC", Waiting.class.getName()))) {
        String name = "jdk-" + jdk.feature();
        seeds.put(name, jvm.heapDump(directory.resolve(name + ".hprof")));
      }
    }
    return seeds;
  }

  /** The real dumps, made small. */
  static Map<String, byte[]> small(Map<String, Path> real) throws IOException {
    Map<String, byte[]> seeds = new LinkedHashMap<>();
    for (Map.Entry<String, Path> dump : real.entrySet()) {
      seeds.put(dump.getKey() + "-small", DumpShrinker.shrink(dump.getValue()));
    }
    return seeds;
  }

  /** Writes a seed to a file. */
  static Path write(Path directory, String name, byte[] seed) throws IOException {
    return Files.write(directory.resolve(name + ".hprof"), seed);
  }

  private static DumpBuilder dump(int idSize) {
    DumpBuilder dump = new DumpBuilder(idSize);
    dump.type(FUTURE, "java.lang.Object", "state:int");
    dump.type("app.Holder", "java.lang.Object", "held:ref", "static instance:ref");
    dump.type(OWNABLE, "java.lang.Object", "exclusiveOwnerThread:ref");
    dump.type(SYNC, OWNABLE, "head:ref", "tail:ref", "state:int");
    dump.type(SYNC + "$Node", "java.lang.Object", "next:ref", "waiter:ref", "status:int");
    dump.type(LOCK, SYNC);
    dump.type(
        "java.lang.ref.Reference",
        "java.lang.Object",
        "referent:ref",
        "next:ref",
        "discovered:ref");
    dump.type("java.lang.ref.WeakReference", "java.lang.ref.Reference");
    dump.virtualThreads();
    long held = dump.object(FUTURE, Map.of());
    dump.root(dump.object("app.Holder", Map.of("held", held)));
    dump.staticField(
        "app.Holder", "instance", dump.object("java.lang.ref.WeakReference", Map.of()));
    dump.thread("runner").frame("app.Holder", "run").local(held);
    dump.thread("live").parkedOn(held).frame("app.Task", "run");
    dump.thread("waiter").parkedOn(dump.object(FUTURE, Map.of())).frame("app.Task", "run");
    dump.thread("virtual")
        .ofType("java.lang.VirtualThread")
        .field("state", 4)
        .parkedOn(dump.object(FUTURE, Map.of()));
    long left = dump.newId();
    long right = dump.newId();
    long leftThread = deadlocked(dump, left);
    long rightThread = deadlocked(dump, right);
    lock(dump, left, rightThread, leftThread);
    lock(dump, right, leftThread, rightThread);
    dump.thread("monitor")
        .waiting()
        .frame("java.lang.Object", "wait")
        .local(dump.object("java.lang.Object", Map.of()))
        .frame("app.Task", "run");
    return dump;
  }

  private static long deadlocked(DumpBuilder dump, long lock) {
    return dump.thread("deadlocked")
        .parkedOn(lock)
        .frame("java.util.concurrent.locks.ReentrantLock", "lock")
        .frame("app.Task", "run")
        .id();
  }

  private static void lock(DumpBuilder dump, long lock, long owner, long waiter) {
    long node = dump.object(SYNC + "$Node", Map.of("waiter", waiter, "status", 1));
    long head = dump.object(SYNC + "$Node", Map.of("next", node));
    dump.object(
        lock, LOCK, Map.of("exclusiveOwnerThread", owner, "head", head, "tail", node, "state", 1));
  }
}
