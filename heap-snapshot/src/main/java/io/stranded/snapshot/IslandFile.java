package io.stranded.snapshot;

import io.stranded.snapshot.Island.ClassInfo;
import io.stranded.snapshot.Island.FieldInfo;
import io.stranded.snapshot.Island.Frame;
import io.stranded.snapshot.Island.InstanceItem;
import io.stranded.snapshot.Island.Item;
import io.stranded.snapshot.Island.LiveThread;
import io.stranded.snapshot.Island.MirrorItem;
import io.stranded.snapshot.Island.NumberArrayItem;
import io.stranded.snapshot.Island.ReferenceArrayItem;
import io.stranded.snapshot.Island.References;
import io.stranded.snapshot.Island.StackRoot;
import io.stranded.snapshot.Island.Waiter;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the file that the library writes: {@code STRSNAP1}, how references are stored, the number
 * of threads; then records of one letter each, the forked process's up to {@code E}, its parent's
 * up to {@code Z}. Numbers are of 1, 4 or 8 bytes, little-endian.
 */
final class IslandFile {
  private static final String MAGIC = "STRSNAP1";
  private static final int FLAG_LIVE = 1;
  private static final int FLAG_STUB = 2;

  private final ByteBuffer in;
  private final Map<Long, Long> moved = new HashMap<>();
  private final Map<Long, Waiter> waiters = new HashMap<>();
  private final List<Long> order = new ArrayList<>();
  private final List<LiveThread> liveThreads = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();
  private final Set<Long> addresses = new HashSet<>();
  private final List<Long> weaklyReached = new ArrayList<>();
  private final Map<Integer, ClassInfo> classes = new HashMap<>();
  private final Map<Long, List<Frame>> frames = new HashMap<>();

  private IslandFile(ByteBuffer in) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads the contents of a file.
   *
   * @throws TornIslandException if it is not whole
   */
  static Island parse(ByteBuffer bytes) throws TornIslandException {
    IslandFile reader = new IslandFile(bytes);
    try {
      return reader.island();
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      throw reader.torn("a record does not fit");
    }
  }

  private Island island() throws TornIslandException {
    byte[] magic = new byte[MAGIC.length()];
    in.get(magic);
    if (!MAGIC.equals(new String(magic, StandardCharsets.US_ASCII))) {
      throw torn("it does not begin as it should");
    }
    int referenceSize = in.get();
    if (referenceSize != Integer.BYTES && referenceSize != Long.BYTES) {
      throw torn("references have no size");
    }
    References references = new References(referenceSize, in.getLong(), in.get(), moved);
    long threads = in.getLong();
    for (char tag = tag(); tag != 'E'; tag = tag()) {
      readFrozen(tag);
    }
    for (char tag = tag(); tag != 'Z'; tag = tag()) {
      readDescription(tag);
    }
    if (in.hasRemaining()) {
      throw torn("it goes on after its end");
    }
    check();
    return new Island(
        threads,
        references,
        order.stream().map(this::finished).toList(),
        liveThreads,
        items,
        weaklyReached,
        classes);
  }

  private char tag() {
    return (char) in.get();
  }

  private void readFrozen(char tag) throws TornIslandException {
    switch (tag) {
      case 'C' -> readWaiter();
      case 'R' -> {
        Waiter waiter = waiter(in.getLong());
        waiter.roots().add(new StackRoot(in.getLong(), in.getInt(), in.getLong(), in.getLong()));
      }
      case 'W' -> waiter(in.getLong()).roots().add(new StackRoot(in.getLong(), -1, 0, -1));
      case 'F' -> moved.put(in.getLong(), in.getLong());
      case 'G' -> weaklyReached.add(in.getLong());
      case 'T' -> {
        long thread = in.getLong();
        liveThreads.add(new LiveThread(thread, in.getInt(), in.getLong()));
        addresses.add(thread);
      }
      case 'K' -> readClass();
      default -> readItem(tag);
    }
  }

  private void readItem(char tag) throws TornIslandException {
    long address = in.getLong();
    int type = in.getInt();
    if (!addresses.add(address)) {
      throw torn("an object is there twice");
    }
    if (tag == 'M') {
      items.add(new MirrorItem(address, type, slice(in.getInt())));
      return;
    }
    int flags = in.get();
    boolean live = (flags & FLAG_LIVE) != 0;
    switch (tag) {
      case 'I' -> items.add(new InstanceItem(address, type, live, slice(in.getInt())));
      case 'A' -> {
        int length = length(in.getInt(), Long.BYTES);
        LongBuffer elements = slice(length * Long.BYTES).asLongBuffer();
        items.add(new ReferenceArrayItem(address, type, live, elements));
      }
      case 'P' -> {
        int length = in.getInt();
        items.add(new NumberArrayItem(address, type, live, length, slice(in.getInt())));
      }
      case 'B' -> {
        if ((flags & FLAG_STUB) == 0) {
          throw torn("an array has no elements");
        }
        in.position(in.position() + 1 + Integer.BYTES);
        items.add(new NumberArrayItem(address, type, live, 0, slice(0)));
      }
      default -> throw torn("unknown record " + (int) tag);
    }
  }

  private void readWaiter() throws TornIslandException {
    long thread = in.getLong();
    long id = in.getLong();
    Island.Wait kind = Island.Wait.of(in.get());
    Island.Stage stage = Island.Stage.of(in.get());
    int flags = in.get();
    Waiter waiter =
        new Waiter(
            thread,
            id,
            kind,
            stage,
            (flags & 8) != 0,
            in.getLong(),
            (flags & 1) != 0,
            in.getLong(),
            (flags & 2) != 0,
            (flags & 4) != 0,
            new ArrayList<>(),
            List.of(),
            /* moved= */ false);
    if (waiters.put(thread, waiter) != null) {
      throw torn("a thread is there twice");
    }
    order.add(thread);
  }

  private Waiter waiter(long thread) throws TornIslandException {
    Waiter waiter = waiters.get(thread);
    if (waiter == null) {
      throw torn("a root belongs to no thread");
    }
    return waiter;
  }

  private void readClass() {
    int index = in.getInt();
    int superIndex = in.getInt();
    long mirror = in.getLong();
    long loader = in.getLong();
    int size = in.getInt();
    boolean live = in.get() != 0;
    classes.put(index, new ClassInfo(index, superIndex, mirror, loader, size, live, "", List.of()));
  }

  private void readDescription(char tag) throws TornIslandException {
    switch (tag) {
      case 'D' -> describeClass();
      case 'V' -> describeThread();
      default -> throw torn("unknown record " + (int) tag);
    }
  }

  private void describeClass() throws TornIslandException {
    int index = in.getInt();
    String signature = text();
    int count = in.getInt();
    List<FieldInfo> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add(new FieldInfo(in.get() != 0, (char) in.get(), in.getLong(), in.getInt(), text()));
    }
    ClassInfo known = classes.get(index);
    if (known == null) {
      throw torn("a class was described that is not there");
    }
    classes.put(
        index,
        new ClassInfo(
            index,
            known.superIndex(),
            known.mirror(),
            known.loader(),
            known.size(),
            known.live(),
            signature,
            List.copyOf(fields)));
  }

  private void describeThread() {
    long id = in.getLong();
    // The state that JVMTI tells says nothing that the frames do not.
    in.getInt();
    int count = in.getInt();
    List<Frame> stack = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      stack.add(
          new Frame(
              in.getLong(),
              in.getLong(),
              Signatures.className(text()),
              text(),
              text(),
              text(),
              in.getInt()));
    }
    frames.put(id, stack);
  }

  private Waiter finished(long thread) {
    Waiter waiter = waiters.get(thread);
    if (waiter == null) {
      throw new IllegalStateException("a thread is not there any more");
    }
    List<Frame> stack = frames.getOrDefault(waiter.id(), List.of());
    return new Waiter(
        thread,
        waiter.id(),
        waiter.kind(),
        waiter.stage(),
        waiter.virtual(),
        waiter.waitsOn(),
        waiter.owned(),
        waiter.owner(),
        waiter.handleStrong(),
        waiter.handleWeak(),
        List.copyOf(waiter.roots()),
        List.copyOf(stack),
        !waiter.virtual() && hasMoved(waiter, stack));
  }

  /** What the stack held when all stood still must be held by the frames that it has now. */
  private static boolean hasMoved(Waiter waiter, List<Frame> stack) {
    return stack.isEmpty()
        || waiter.roots().stream()
            .filter(root -> root.depth() >= 0 && root.method() != 0)
            .anyMatch(
                root ->
                    root.depth() >= stack.size()
                        || stack.get(root.depth()).method() != root.method()
                        || (Math.min(root.location(), stack.get(root.depth()).location()) >= 0
                            && stack.get(root.depth()).location() != root.location()));
  }

  private void check() throws TornIslandException {
    for (ClassInfo type : classes.values()) {
      if (type.signature().isEmpty()
          || (type.superIndex() >= 0 && !classes.containsKey(type.superIndex()))) {
        throw torn("a class is not described");
      }
    }
    for (Item item : items) {
      if (!classes.containsKey(item.type())) {
        throw torn("an object has no class");
      }
    }
  }

  private ByteBuffer slice(int count) {
    ByteBuffer slice = in.slice(in.position(), length(count, 1)).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + count);
    return slice;
  }

  private int length(int count, int itemBytes) {
    if (count < 0 || (long) count * itemBytes > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return count;
  }

  private String text() {
    byte[] utf8 = new byte[length(in.getInt(), 1)];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private TornIslandException torn(String what) {
    return new TornIslandException(what + ", at byte " + in.position());
  }
}
