package io.stranded.testing;

import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds heap dumps by hand, as HotSpot writes them. Types are declared with their fields as {@code
 * "name:type"}, where the type is {@code ref}, {@code int}, {@code long}, {@code boolean} or {@code
 * byte}; {@code "static name:ref"} declares a static field.
 */
public final class DumpBuilder {
  private static final int HEAP_DUMP = 0x0c;
  private static final int HEAP_DUMP_SEGMENT = 0x1c;

  private record FieldDeclaration(String name, int type, boolean isStatic) {}

  private record Type(
      String name, long id, @Nullable Type superclass, List<FieldDeclaration> fields) {}

  private record Frame(long id, String type, String method, int line) {}

  private final Map<String, Type> types = new LinkedHashMap<>();
  private final Map<String, Long> strings = new LinkedHashMap<>();
  private final Map<String, Long> staticValues = new LinkedHashMap<>();
  private final Map<String, Long> loaders = new LinkedHashMap<>();
  private final List<ThreadBuilder> threads = new ArrayList<>();
  private final ByteArrayOutputStream objects = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(objects);
  private final ByteArrayOutputStream roots = new ByteArrayOutputStream();
  private final DataOutputStream rootsOut = new DataOutputStream(roots);
  private final Map<String, String> renamed = new HashMap<>();
  private final Set<String> retyped = new HashSet<>();
  private final int idSize;
  private long nextId;
  private long step = 64;
  private int nextSerial = 1;

  /** A dump with the types that the analyzer knows of threads, as JDK 17 has them. */
  public DumpBuilder() {
    this(Long.BYTES);
  }

  /** The same with ids of 4 bytes, as a 32-bit JVM has them, or of 8. */
  public DumpBuilder(int idSize) {
    this.idSize = idSize;
    this.nextId = idSize == Long.BYTES ? 0x7f00_0000_0000L : 0x1000_0000L;
    type("java.lang.Object", null);
    type("java.lang.String", "java.lang.Object", "value:ref", "coder:byte");
    type(
        "java.lang.Thread",
        "java.lang.Object",
        "name:ref",
        "tid:long",
        "threadStatus:int",
        "daemon:boolean",
        "interrupted:boolean",
        "parkBlocker:ref",
        "group:ref",
        "contextClassLoader:ref",
        "uncaughtExceptionHandler:ref",
        "target:ref");
  }

  /** Declares a type; its superclass must be declared, or null. */
  public DumpBuilder type(String name, @Nullable String superclass, String... fields) {
    List<FieldDeclaration> declarations = new ArrayList<>();
    for (String field : fields) {
      boolean isStatic = field.startsWith("static ");
      String plain = isStatic ? field.substring("static ".length()) : field;
      int colon = plain.indexOf(':');
      declarations.add(
          new FieldDeclaration(
              plain.substring(0, colon), typeCode(plain.substring(colon + 1)), isStatic));
    }
    types.put(
        name,
        new Type(
            name,
            newId(),
            superclass == null ? null : types.get(superclass),
            List.copyOf(declarations)));
    return this;
  }

  /** Declares virtual threads, with their states as JDK 25 has them. */
  public DumpBuilder virtualThreads() {
    Map<String, Integer> states = new LinkedHashMap<>();
    List.of("NEW", "STARTED", "RUNNING", "PARKING", "PARKED", "PINNED")
        .forEach(state -> states.put(state, states.size()));
    states.put("TIMED_PARKED", 7);
    states.put("TERMINATED", 99);
    states.put("SUSPENDED", 0x100);
    List<String> fields = new ArrayList<>(List.of("state:int", "timeout:long", "timeoutTask:ref"));
    states.keySet().forEach(state -> fields.add("static " + state + ":int"));
    type("java.lang.VirtualThread", "java.lang.Thread", fields.toArray(String[]::new));
    states.forEach((state, value) -> staticField("java.lang.VirtualThread", state, value));
    return this;
  }

  /** Gives a field, such as {@code app.Type.field}, another name than it is declared with. */
  public DumpBuilder rename(String field) {
    renamed.put(field, "renamed");
    return this;
  }

  /** Gives a field another type of the same size than it is declared with. */
  public DumpBuilder retype(String field) {
    retyped.add(field);
    return this;
  }

  private void writeField(DataOutputStream heap, String type, FieldDeclaration field)
      throws IOException {
    String known = type + "." + field.name();
    writeId(heap, text(renamed.getOrDefault(known, field.name())));
    heap.writeByte(retyped.contains(known) ? twin(field.type()) : field.type());
  }

  private int twin(int type) {
    return switch (type) {
      case HprofType.OBJECT -> idSize == Long.BYTES ? HprofType.LONG : HprofType.INT;
      case HprofType.INT -> HprofType.FLOAT;
      case HprofType.LONG -> HprofType.DOUBLE;
      case HprofType.BOOLEAN -> HprofType.BYTE;
      default -> HprofType.BOOLEAN;
    };
  }

  /** Whether a type is another one or a subtype of it. */
  public boolean isA(String name, String of) {
    Type wanted = known(of);
    for (Type t = known(name); t != null; t = t.superclass()) {
      if (t.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** The address of a type's class object. */
  public long classId(String type) {
    return known(type).id();
  }

  /** Sets a static field. */
  public DumpBuilder staticField(String type, String field, long value) {
    staticValues.put(type + "." + field, value);
    return this;
  }

  /** Says by which loader a type was defined; else it is the boot loader. */
  public DumpBuilder definedBy(String type, long loader) {
    loaders.put(type, loader);
    return this;
  }

  /** Adds an instance and returns its address; fields that are not given are 0. */
  public long object(String type, Map<String, ? extends Number> fields) {
    return object(newId(), type, fields);
  }

  /** An address to be used by {@link #object(long, String, Map)}, for cycles. */
  public long newId() {
    nextId += step;
    return nextId;
  }

  /** Puts further objects so many bytes apart. */
  public DumpBuilder apart(long bytes) {
    step = bytes;
    return this;
  }

  /** Adds an instance at an address. */
  public long object(long id, String type, Map<String, ? extends Number> fields) {
    write(
        () -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          DataOutputStream values = new DataOutputStream(bytes);
          for (Type t = known(type); t != null; t = t.superclass()) {
            for (FieldDeclaration field : t.fields()) {
              if (!field.isStatic()) {
                // Where a subtype has a field of the same name, that is given with its type.
                Number qualified = fields.get(t.name() + "." + field.name());
                Number value = qualified == null ? fields.get(field.name()) : qualified;
                writeValue(values, field.type(), value == null ? 0 : value.longValue());
              }
            }
          }
          out.writeByte(HeapRecords.INSTANCE_DUMP);
          writeId(out, id);
          out.writeInt(0);
          writeId(out, known(type).id());
          out.writeInt(bytes.size());
          bytes.writeTo(out);
        });
    return id;
  }

  /** Adds a {@code java.lang.String}. */
  public long string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    long array = newId();
    nextId += bytes.length / 64 * 64L;
    write(
        () -> {
          out.writeByte(HeapRecords.PRIMITIVE_ARRAY_DUMP);
          writeId(out, array);
          out.writeInt(0);
          out.writeInt(bytes.length);
          out.writeByte(HprofType.BYTE);
          out.write(bytes);
        });
    return object("java.lang.String", Map.of("value", array));
  }

  /** Adds a {@code char[]}, as texts had them up to JDK 8. */
  public long chars(String text) {
    long array = newId();
    write(
        () -> {
          out.writeByte(HeapRecords.PRIMITIVE_ARRAY_DUMP);
          writeId(out, array);
          out.writeInt(0);
          out.writeInt(text.length());
          out.writeByte(HprofType.CHAR);
          out.writeChars(text);
        });
    nextId += text.length() * 2L / 64 * 64L;
    return array;
  }

  /** Makes an object a root, as a JNI global. */
  public DumpBuilder root(long address) {
    write(
        () -> {
          rootsOut.writeByte(HeapRecords.ROOT_JNI_GLOBAL);
          writeId(rootsOut, address);
          writeId(rootsOut, 0);
        });
    return this;
  }

  /** Adds a started platform thread that runs. */
  public ThreadBuilder thread(String name) {
    ThreadBuilder thread = new ThreadBuilder(name, nextSerial++);
    threads.add(thread);
    return thread;
  }

  /** Writes the dump. */
  public Path writeTo(Path file) {
    try {
      return Files.write(file, build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The dump's bytes: HPROF 1.0.2, in one segment. */
  public byte[] build() {
    return build("1.0.2", HEAP_DUMP_SEGMENT);
  }

  /** The dump's bytes in HPROF 1.0.1, which knows no segments and no end. */
  public byte[] buildUnsegmented() {
    return build("1.0.1", HEAP_DUMP);
  }

  private byte[] build(String version, int heapTag) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream dump = new DataOutputStream(bytes)) {
      ByteArrayOutputStream segment = new ByteArrayOutputStream();
      DataOutputStream heap = new DataOutputStream(segment);
      for (ThreadBuilder thread : threads) {
        thread.writeObject();
        thread.writeRoots(heap);
      }
      roots.writeTo(heap);
      for (Map.Entry<String, Type> type : types.entrySet()) {
        writeClass(heap, type.getKey(), type.getValue());
      }
      objects.writeTo(heap);

      dump.write(("JAVA PROFILE " + version + "\0").getBytes(StandardCharsets.US_ASCII));
      dump.writeInt(idSize);
      dump.writeLong(1_700_000_000_000L);
      ByteArrayOutputStream stacks = new ByteArrayOutputStream();
      writeStacks(new DataOutputStream(stacks));
      for (Map.Entry<String, Long> text : strings.entrySet()) {
        byte[] utf8 = text.getKey().getBytes(StandardCharsets.UTF_8);
        header(dump, 0x01, idSize + utf8.length);
        writeId(dump, text.getValue());
        dump.write(utf8);
      }
      stacks.writeTo(dump);
      header(dump, heapTag, segment.size());
      segment.writeTo(dump);
      if (heapTag == HEAP_DUMP_SEGMENT) {
        header(dump, 0x2c, 0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void writeStacks(DataOutputStream stacks) throws IOException {
    int classSerial = 1;
    Map<String, Integer> classSerials = new LinkedHashMap<>();
    for (Map.Entry<String, Type> type : types.entrySet()) {
      header(stacks, 0x02, 8 + 2 * idSize);
      stacks.writeInt(classSerial);
      writeId(stacks, type.getValue().id());
      stacks.writeInt(0);
      writeId(stacks, text(type.getKey().replace('.', '/')));
      classSerials.put(type.getKey(), classSerial++);
    }
    for (ThreadBuilder thread : threads) {
      for (Frame frame : thread.frames) {
        header(stacks, 0x04, 8 + 4 * idSize);
        writeId(stacks, frame.id());
        writeId(stacks, text(frame.method()));
        writeId(stacks, text("()V"));
        writeId(stacks, text("Source.java"));
        stacks.writeInt(classSerials.getOrDefault(frame.type(), 0));
        stacks.writeInt(frame.line());
      }
      header(stacks, 0x05, 12 + idSize * thread.frames.size());
      stacks.writeInt(thread.serial);
      stacks.writeInt(thread.serial);
      stacks.writeInt(thread.frames.size());
      for (Frame frame : thread.frames) {
        writeId(stacks, frame.id());
      }
    }
  }

  private void writeClass(DataOutputStream heap, String name, Type type) throws IOException {
    heap.writeByte(HeapRecords.CLASS_DUMP);
    writeId(heap, type.id());
    heap.writeInt(0);
    writeId(heap, type.superclass() == null ? 0 : type.superclass().id());
    writeId(heap, loaders.getOrDefault(name, 0L));
    for (int i = 0; i < 4; i++) {
      writeId(heap, 0);
    }
    heap.writeInt(24);
    heap.writeShort(0);
    List<FieldDeclaration> statics =
        type.fields().stream().filter(FieldDeclaration::isStatic).toList();
    heap.writeShort(statics.size());
    for (FieldDeclaration field : statics) {
      writeField(heap, name, field);
      writeValue(heap, field.type(), staticValues.getOrDefault(name + "." + field.name(), 0L));
    }
    List<FieldDeclaration> fields =
        type.fields().stream().filter(field -> !field.isStatic()).toList();
    heap.writeShort(fields.size());
    for (FieldDeclaration field : fields) {
      writeField(heap, name, field);
    }
  }

  private Type known(String name) {
    Type type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException("type " + name + " is not declared");
    }
    return type;
  }

  private long text(String text) {
    return strings.computeIfAbsent(text, key -> newId());
  }

  private static void header(DataOutputStream dump, int tag, int length) throws IOException {
    dump.writeByte(tag);
    dump.writeInt(0);
    dump.writeInt(length);
  }

  private void writeId(DataOutputStream values, long id) throws IOException {
    if (idSize == Long.BYTES) {
      values.writeLong(id);
    } else {
      values.writeInt((int) id);
    }
  }

  private void writeValue(DataOutputStream values, int type, long value) throws IOException {
    switch (HprofType.size(type, idSize)) {
      case 1 -> values.writeByte((int) value);
      case 4 -> values.writeInt((int) value);
      default -> values.writeLong(value);
    }
  }

  private static int typeCode(String name) {
    return switch (name) {
      case "ref" -> HprofType.OBJECT;
      case "int" -> HprofType.INT;
      case "long" -> HprofType.LONG;
      case "boolean" -> HprofType.BOOLEAN;
      case "byte" -> HprofType.BYTE;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static void write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  /** A thread with its stack; frames are added innermost first. */
  public final class ThreadBuilder {
    private static final int RUNNABLE = 0x5;
    private static final int PARKED = 0x291;
    private static final int WAITING = 0x191;
    private static final int ENTERING = 0x401;
    private static final int NATIVE_METHOD = -3;

    private final String name;
    private final int serial;
    private final long id = newId();
    private final List<Frame> frames = new ArrayList<>();
    private final List<long[]> locals = new ArrayList<>();
    private final Map<String, Number> fields = new LinkedHashMap<>();
    private String type = "java.lang.Thread";
    private boolean object = true;
    private boolean attached;
    private boolean written;

    private ThreadBuilder(String name, int serial) {
      this.name = name;
      this.serial = serial;
      fields.put("tid", 100L + serial);
      fields.put("threadStatus", RUNNABLE);
      fields.put("daemon", 1);
    }

    /** Its address. */
    public long id() {
      return id;
    }

    /** Its {@code Thread.threadId()}. */
    public long threadId() {
      return 100L + serial;
    }

    /** Parks on a blocker; 0 for none. */
    public ThreadBuilder parkedOn(long blocker) {
      fields.put("threadStatus", PARKED);
      fields.put("parkBlocker", blocker);
      return frame("java.util.concurrent.locks.LockSupport", "park");
    }

    /** Waits in {@code Object.wait}, whose frames are added by the caller. */
    public ThreadBuilder waiting() {
      fields.put("threadStatus", WAITING);
      return this;
    }

    /** Enters a monitor. */
    public ThreadBuilder entering() {
      fields.put("threadStatus", ENTERING);
      return this;
    }

    /** Is of a subclass of Thread, or a virtual thread. */
    public ThreadBuilder ofType(String subclass) {
      type = subclass;
      return this;
    }

    /** Sets a field of the Thread. */
    public ThreadBuilder field(String field, Number value) {
      fields.put(field, value);
      return this;
    }

    /** Adds a frame; its type is declared if need be. */
    public ThreadBuilder frame(String type, String method) {
      return frame(type, method, 1);
    }

    /** Adds a frame of a native method. */
    public ThreadBuilder nativeFrame(String type, String method) {
      return frame(type, method, NATIVE_METHOD);
    }

    private ThreadBuilder frame(String type, String method, int line) {
      if (!types.containsKey(type)) {
        DumpBuilder.this.type(type, "java.lang.Object");
      }
      frames.add(new Frame(newId(), type, method, line));
      return this;
    }

    /** Adds a local to the frame added last. */
    public ThreadBuilder local(long address) {
      locals.add(new long[] {address, frames.size() - 1});
      return this;
    }

    /** Leaves the thread out of the roots, as a virtual thread of JDK 21 or an ended one. */
    public ThreadBuilder notARoot() {
      object = false;
      return this;
    }

    /** Was attached by native code, so that none of its frames is that of {@code Thread.run}. */
    public ThreadBuilder attached() {
      attached = true;
      return this;
    }

    private void writeObject() {
      if (written) {
        return;
      }
      written = true;
      if (!attached && !frames.isEmpty()) {
        frame("java.lang.Thread", "run");
      }
      fields.putIfAbsent("name", string(name));
      object(id, type, fields);
    }

    private void writeRoots(DataOutputStream heap) throws IOException {
      if (!object) {
        return;
      }
      heap.writeByte(HeapRecords.ROOT_THREAD_OBJECT);
      writeId(heap, id);
      heap.writeInt(serial);
      heap.writeInt(serial);
      for (long[] local : locals) {
        heap.writeByte(HeapRecords.ROOT_JAVA_FRAME);
        writeId(heap, local[0]);
        heap.writeInt(serial);
        heap.writeInt((int) local[1]);
      }
    }
  }
}
