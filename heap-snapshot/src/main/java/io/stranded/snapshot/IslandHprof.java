package io.stranded.snapshot;

import io.stranded.snapshot.Island.ClassInfo;
import io.stranded.snapshot.Island.FieldInfo;
import io.stranded.snapshot.Island.Frame;
import io.stranded.snapshot.Island.Item;
import io.stranded.snapshot.Island.LiveThread;
import io.stranded.snapshot.Island.MirrorItem;
import io.stranded.snapshot.Island.StackRoot;
import io.stranded.snapshot.Island.Waiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes an island as a heap dump, which the analyzer judges like any other: what lives is a root
 * of it, and a thread that is only weakly reached has a weak reference of its own as its holder.
 */
public final class IslandHprof {
  private static final int LOAD_CLASS = 0x02;
  private static final int STACK_FRAME = 0x04;
  private static final int STACK_TRACE = 0x05;
  private static final int ROOT_JNI_GLOBAL = 0x01;
  private static final int ROOT_JAVA_FRAME = 0x03;
  private static final int ROOT_STICKY_CLASS = 0x05;
  private static final int ROOT_THREAD_OBJECT = 0x08;
  private static final int CLASS_DUMP = 0x20;

  private static final String OBJECT_CLASS = "java.lang.Object";
  private static final String REFERENCE = "java.lang.ref.Reference";
  private static final String WEAK_REFERENCE = "java.lang.ref.WeakReference";

  /** Addresses of what is made up lie behind all others. */
  private static final long MADE_UP_STEP = 64;

  private final Island island;
  private final HprofFile out;
  private final IslandObjects objects;
  private final Map<Long, ByteBuffer> statics = new HashMap<>();
  private final Map<String, Long> idsByName = new HashMap<>();
  private final Map<String, Integer> serials = new HashMap<>();
  private final List<String> madeUp = new ArrayList<>();
  private final Set<Long> present = new HashSet<>();
  private final Map<Long, Integer> traces = new HashMap<>();
  private long nextAddress;
  private int nextClassSerial = 1;

  private IslandHprof(Island island, HprofFile out) {
    this.island = island;
    this.out = out;
    objects = new IslandObjects(island, out, List.of(WEAK_REFERENCE, REFERENCE));
  }

  /**
   * Writes the dump.
   *
   * @param timestampMillis when the snapshot was taken
   */
  public static void write(Island island, Path file, long timestampMillis) throws IOException {
    try (HprofFile out = new HprofFile(file, timestampMillis)) {
      new IslandHprof(island, out).write();
    }
  }

  private void write() throws IOException {
    learn();
    for (ClassInfo type : island.classes().values()) {
      loadClass(Signatures.dumpName(type.signature()), type.mirror());
    }
    nameFrames();
    nameFields();
    writeStacks();
    writeRoots();
    for (ClassInfo type : island.classes().values()) {
      writeClass(type);
    }
    for (String name : madeUp) {
      writeMadeUpClass(name);
    }
    objects.writeItems();
    for (LiveThread thread : island.liveThreads()) {
      objects.writeLiveThread(thread);
    }
    writeWeakHolders();
    out.end();
  }

  private void learn() {
    long last = 0;
    for (Item item : island.items()) {
      present.add(item.address());
      last = Math.max(last, item.address());
      if (item instanceof MirrorItem mirror) {
        statics.put(mirror.address(), mirror.bytes());
      }
    }
    for (LiveThread thread : island.liveThreads()) {
      present.add(thread.thread());
      last = Math.max(last, thread.thread());
    }
    for (ClassInfo type : island.classes().values()) {
      last = Math.max(last, type.mirror());
    }
    nextAddress = (last | 0xffff) + 1;
  }

  private long newAddress() {
    nextAddress += MADE_UP_STEP;
    return nextAddress;
  }

  // --- names ---

  private void loadClass(String dumpName, long id) throws IOException {
    String name = dumpName.replace('/', '.');
    idsByName.putIfAbsent(name, id);
    int serial = nextClassSerial++;
    serials.putIfAbsent(name, serial);
    out.record(
        LOAD_CLASS,
        HprofRecord.bytes(record -> record.i4(serial).id(id).i4(0).id(out.text(dumpName))));
  }

  private void makeUp(String name) throws IOException {
    if (!idsByName.containsKey(name)) {
      madeUp.add(name);
      loadClass(name.replace('.', '/'), newAddress());
    }
  }

  private void nameFrames() throws IOException {
    makeUp(OBJECT_CLASS);
    makeUp(REFERENCE);
    makeUp(WEAK_REFERENCE);
    for (Waiter waiter : island.waiters()) {
      for (Frame frame : waiter.frames()) {
        makeUp(frame.type());
      }
    }
  }

  private void nameFields() throws IOException {
    out.text("referent");
    for (ClassInfo type : island.classes().values()) {
      for (FieldInfo field : type.fields()) {
        out.text(field.name());
      }
    }
  }

  private void writeStacks() throws IOException {
    long frameId = 1;
    for (Waiter waiter : island.waiters()) {
      List<Long> ids = new ArrayList<>();
      for (Frame frame : waiter.frames()) {
        long id = frameId++;
        ids.add(id);
        long name = out.text(frame.name());
        long signature = out.text(frame.signature());
        long source = out.text(frame.source());
        int serial = serials.getOrDefault(frame.type(), 0);
        out.record(
            STACK_FRAME,
            HprofRecord.bytes(
                r -> r.id(id).id(name).id(signature).id(source).i4(serial).i4(frame.line())));
      }
      int trace = traces.size() + 1;
      traces.put(waiter.thread(), trace);
      out.record(
          STACK_TRACE,
          HprofRecord.bytes(
              record -> {
                record.i4(trace).i4(trace).i4(ids.size());
                for (long id : ids) {
                  record.id(id);
                }
              }));
    }
  }

  // --- roots ---

  private void writeRoots() throws IOException {
    for (Waiter waiter : island.waiters()) {
      writeThreadRoots(waiter);
    }
    int serial = traces.size();
    for (LiveThread thread : island.liveThreads()) {
      int number = ++serial;
      out.heap(ROOT_THREAD_OBJECT, record -> record.id(thread.thread()).i4(number).i4(0));
    }
    for (Item item : island.items()) {
      if (item.live()) {
        out.heap(ROOT_JNI_GLOBAL, record -> record.id(item.address()).id(0));
      }
    }
    for (ClassInfo type : island.classes().values()) {
      if (type.live()) {
        out.heap(ROOT_STICKY_CLASS, record -> record.id(type.mirror()));
      }
    }
    for (String name : madeUp) {
      out.heap(ROOT_STICKY_CLASS, record -> record.id(id(name)));
    }
  }

  private void writeThreadRoots(Waiter waiter) throws IOException {
    int serial = traces.getOrDefault(waiter.thread(), 0);
    out.heap(ROOT_THREAD_OBJECT, record -> record.id(waiter.thread()).i4(serial).i4(serial));
    for (StackRoot root : rootsOf(waiter)) {
      out.heap(ROOT_JAVA_FRAME, record -> record.id(root.object()).i4(serial).i4(root.depth()));
    }
    if (waiter.handleStrong()) {
      out.heap(ROOT_JNI_GLOBAL, record -> record.id(waiter.thread()).id(0));
    }
  }

  /** The monitor of a wait is the receiver of the frames of {@code Object.wait}. */
  private static List<StackRoot> rootsOf(Waiter waiter) {
    List<StackRoot> roots = new ArrayList<>();
    if (waiter.kind() == Island.Wait.MONITOR && waiter.waitsOn() != 0) {
      List<Frame> frames = waiter.frames();
      for (int i = 0; i < frames.size() && frames.get(i).type().equals(OBJECT_CLASS); i++) {
        roots.add(new StackRoot(waiter.waitsOn(), i, 0, -1));
      }
    }
    roots.addAll(waiter.roots());
    return roots;
  }

  // --- classes ---

  private void writeClass(ClassInfo type) throws IOException {
    ClassInfo superclass = island.classes().get(type.superIndex());
    long loader = present.contains(type.loader()) ? type.loader() : 0;
    out.heap(
        CLASS_DUMP,
        record -> {
          record.id(type.mirror()).i4(0).id(superclass == null ? 0 : superclass.mirror());
          record.id(loader).id(0).id(0).id(0).id(0).i4(type.isArray() ? 0 : type.size());
          record.i2(0);
          writeStatics(record, type);
          List<FieldInfo> fields = IslandObjects.ownFields(type);
          record.i2(fields.size());
          for (FieldInfo field : fields) {
            record.id(out.text(field.name())).i1(HprofRecord.typeCode(field.type()));
          }
        });
  }

  /** Of classes that live only the constants have a value; of others references too. */
  private void writeStatics(HprofRecord record, ClassInfo type) throws IOException {
    ByteBuffer bytes = statics.getOrDefault(type.mirror(), ByteBuffer.allocate(0));
    List<FieldInfo> fields = type.fields().stream().filter(FieldInfo::isStatic).toList();
    record.i2(fields.size());
    for (FieldInfo field : fields) {
      record.id(out.text(field.name())).i1(HprofRecord.typeCode(field.type()));
      writeStatic(record, field, bytes);
    }
  }

  private void writeStatic(HprofRecord record, FieldInfo field, ByteBuffer bytes)
      throws IOException {
    if (HprofRecord.typeCode(field.type()) == HprofRecord.OBJECT) {
      boolean known = field.offset() >= 0 && field.offset() + islandReference() <= bytes.limit();
      record.id(known ? island.references().at(bytes, (int) field.offset()) : 0);
      return;
    }
    switch (HprofRecord.size(field.type())) {
      case 1 -> record.i1(0);
      case 2 -> record.i2(0);
      case 4 -> record.i4(field.value());
      default -> record.id(0);
    }
  }

  private int islandReference() {
    return island.references().size();
  }

  private void writeMadeUpClass(String name) throws IOException {
    String superclass =
        switch (name) {
          case OBJECT_CLASS -> "";
          case WEAK_REFERENCE -> REFERENCE;
          default -> OBJECT_CLASS;
        };
    boolean reference = name.equals(REFERENCE);
    out.heap(
        CLASS_DUMP,
        record -> {
          record.id(id(name)).i4(0).id(superclass.isEmpty() ? 0 : id(superclass));
          record.id(0).id(0).id(0).id(0).id(0).i4(reference ? 24 : 16).i2(0).i2(0);
          record.i2(reference ? 1 : 0);
          if (reference) {
            record.id(out.text("referent")).i1(HprofRecord.OBJECT);
          }
        });
  }

  private void writeWeakHolders() throws IOException {
    Set<Long> referents = new HashSet<>(island.weaklyReached());
    for (Waiter waiter : island.waiters()) {
      if (waiter.handleWeak() && !waiter.handleStrong()) {
        referents.add(waiter.thread());
      }
    }
    Map<Long, Long> holders = new LinkedHashMap<>();
    for (long referent : referents.stream().sorted().toList()) {
      holders.put(newAddress(), referent);
    }
    for (Map.Entry<Long, Long> holder : holders.entrySet()) {
      out.heap(ROOT_JNI_GLOBAL, record -> record.id(holder.getKey()).id(0));
    }
    for (Map.Entry<Long, Long> holder : holders.entrySet()) {
      objects.writeHolder(holder.getKey(), holder.getValue(), id(WEAK_REFERENCE));
    }
  }

  private long id(String className) {
    return idsByName.getOrDefault(className, 0L);
  }
}
