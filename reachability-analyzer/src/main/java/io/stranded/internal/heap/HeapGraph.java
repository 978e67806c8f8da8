package io.stranded.internal.heap;

import io.stranded.finding.Progress;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.hprof.LongLongMap;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The object graph of one heap dump. Use by one thread, but for two {@link MarkQueue}s that share a
 * marking, which also read.
 *
 * <p>Opening reads the dump from end to end: once, or twice if its objects are not in the order of
 * their addresses. Memory beside the mapped file is 4 to 8 bytes per object.
 */
public final class HeapGraph implements Closeable {
  private static final int COMPRESSED_REFERENCE_BYTES = 32;

  private final DumpFile file;
  private final DumpIndex index;
  private final List<HeapClass> classes;
  private final LongLongMap classIndexes;
  private final ObjectIndex objects;
  private final GcRoots roots;
  private final List<ThreadRoot> threadRoots;
  private final List<Long> virtualThreads;
  private final List<Long> interruptedExceptions;
  private final List<String> damage;
  private final NavigableSet<String> damageOnTheWay = new TreeSet<>();

  HeapGraph(
      DumpFile file,
      DumpIndex index,
      List<HeapClass> classes,
      LongLongMap classIndexes,
      ObjectIndex objects,
      GcRoots roots,
      List<Long> virtualThreads,
      List<Long> interruptedExceptions,
      List<String> damage) {
    this.file = file;
    this.index = index;
    this.classes = classes;
    this.classIndexes = classIndexes;
    this.objects = objects;
    this.roots = roots;
    this.damage = damage;
    this.virtualThreads = List.copyOf(virtualThreads);
    this.interruptedExceptions = List.copyOf(interruptedExceptions);
    this.threadRoots = readThreadRoots();
  }

  private List<ThreadRoot> readThreadRoots() {
    List<ThreadRoot> threads = new ArrayList<>();
    List<List<GcRoot>> stackRoots = roots.byThread();
    for (int i = 0; i < roots.threads().size(); i++) {
      GcRoots.NamedThread root = roots.threads().get(i);
      Optional<HeapObject> object = instance(root.address());
      if (object.isEmpty() || !object.get().type().isA("java.lang.Thread")) {
        addDamage("thread object 0x" + Long.toHexString(root.address()) + " is missing");
        stackRoots.get(i).forEach(stackRoot -> roots.addGlobal(stackRoot.address()));
        continue;
      }
      threads.add(new ThreadRoot(object.get(), root.traceSerial(), List.copyOf(stackRoots.get(i))));
    }
    return List.copyOf(threads);
  }

  /**
   * Opens a dump.
   *
   * @throws io.stranded.finding.UnreadableDumpException if it is not a readable heap dump; a
   *     damaged one opens, with {@link #damage()}
   */
  public static HeapGraph open(Path path, Progress progress) throws IOException {
    DumpFile file = DumpFile.open(path, (done, total) -> progress.at("unpacking", done, total));
    try {
      HeapGraph graph = guarded(file, () -> HeapGraphBuilder.build(file, progress));
      if (graph.index.isOfHprofAgent()) {
        throw new UnreadableDumpException(
            path
                + ": written by the hprof agent of JDK 8 or older (-agentlib:hprof), whose ids are"
                + " no addresses: take a dump with jmap -dump:format=b,file=heap.hprof PID");
      }
      return graph;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /**
   * Works on the graph, and tells a file that shrinks or fails under the work from a mistake in it.
   * A change of the file that broke nothing is damage: the work may have seen half of it.
   *
   * @throws io.stranded.finding.UnreadableDumpException if the file can no longer be read
   */
  public <T> T guarded(Supplier<T> work) throws IOException {
    return guarded(
        file,
        () -> {
          T result = work.get();
          file.change().ifPresent(change -> addDamage("the file " + change));
          return result;
        });
  }

  private static <T> T guarded(DumpFile file, Supplier<T> work) throws IOException {
    try {
      T result = work.get();
      // The JVM reports a failed read of a mapped file late; a call out of Java brings it here.
      file.change();
      return result;
    } catch (InternalError e) {
      throw file.failure(e);
    } catch (RuntimeException e) {
      if (file.change().isPresent()) {
        throw file.failure(e);
      }
      throw e;
    }
  }

  public DumpFile file() {
    return file;
  }

  public DumpIndex index() {
    return index;
  }

  /** The number of objects, classes included. */
  public long objectCount() {
    return objects.size();
  }

  /** Whether objects that are next to each other on the heap are far apart in the dump. */
  public boolean isScattered() {
    return objects.wantsPlaces();
  }

  /** What is wrong with the dump, one clause each. With any of it, edges may be missing. */
  public synchronized List<String> damage() {
    return Stream.concat(damage.stream(), damageOnTheWay.stream()).toList();
  }

  /**
   * Notes damage found while the graph is walked. Of many clauses the first in their own order
   * stay, so that they do not depend on the order in which two walkers find them.
   */
  public synchronized void addDamage(String clause) {
    if (!damage.contains(clause)) {
      damageOnTheWay.add(clause);
    }
    if (damageOnTheWay.size() > HeapGraphBuilder.MOST_DAMAGE) {
      damageOnTheWay.pollLast();
    }
  }

  /** Every class, in the order of the dump. */
  public List<HeapClass> classes() {
    return classes;
  }

  /** The class with the given id, or null. */
  public @Nullable HeapClass classById(long id) {
    int position = (int) classIndexes.getOrDefault(id, -1);
    return position < 0 ? null : classes.get(position);
  }

  /** The first class of the given name. */
  public Optional<HeapClass> classByName(String name) {
    return classes.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  /**
   * The class of the elements, at the innermost, of a class of arrays; empty for primitive ones.
   */
  public Optional<HeapClass> elementClass(HeapClass array) {
    String name = array.name();
    if (!name.endsWith(";")) {
      return Optional.empty();
    }
    String element = name.substring(name.indexOf('L') + 1, name.length() - 1);
    return classes.stream()
        .filter(c -> c.loaderId() == array.loaderId() && c.name().equals(element))
        .findFirst();
  }

  /** The roots that name threads, in the order of the dump. */
  public List<ThreadRoot> threadRoots() {
    return threadRoots;
  }

  /** The addresses of all instances of {@code java.lang.VirtualThread}. */
  public List<Long> virtualThreads() {
    return virtualThreads;
  }

  /** The addresses of all instances of {@code java.lang.InterruptedException}. */
  public List<Long> interruptedExceptions() {
    return interruptedExceptions;
  }

  /** Addresses that are roots whatever any thread does. */
  public long[] globalRoots() {
    return roots.global();
  }

  /** The file offset of an object, or -1 if it is not in the dump. */
  public long find(long address) {
    return objects.find(address);
  }

  /** Marks for this graph, with nothing marked. */
  public Marks newMarks() {
    return new Marks(objects);
  }

  /** Has this object visited by whoever marks it, even if it has no references. */
  public void watch(long address) {
    objects.watch(address);
  }

  /** The instance at an address; empty for an array, a class or what is not in the dump. */
  public Optional<HeapObject> instance(long address) {
    long at = address == 0 ? -1 : objects.find(address);
    if (at < 0 || file.u1(at) != HeapRecords.INSTANCE_DUMP) {
      return Optional.empty();
    }
    HeapClass type = classOfInstance(at);
    if (type == null || file.u4(fieldsAt(at) - 4) != type.instanceBytes()) {
      return Optional.empty();
    }
    return Optional.of(new HeapObject(this, address, at, type));
  }

  /** The class of the instance at a file offset, or null if it is unknown. */
  public @Nullable HeapClass classOfInstance(long at) {
    return classById(classIdOfInstance(at));
  }

  /** The id of the class of the instance at a file offset. */
  public long classIdOfInstance(long at) {
    return file.id(at + 1 + file.idSize() + 4);
  }

  /** The class of the object array at a file offset, or null if it is unknown. */
  public @Nullable HeapClass classOfArray(long at) {
    return classById(classIdOfArray(at));
  }

  /** The id of the class of the object array at a file offset. */
  public long classIdOfArray(long at) {
    return file.id(at + 1 + file.idSize() + 8);
  }

  /** The file offset of the fields of the instance at a file offset. */
  public long fieldsAt(long at) {
    return at + 1 + 2L * file.idSize() + 8;
  }

  /** The number of elements of the array at an address, or -1 if there is no array. */
  public long arrayLength(long address) {
    long at = address == 0 ? -1 : objects.find(address);
    if (at < 0) {
      return -1;
    }
    int tag = file.u1(at);
    return tag == HeapRecords.OBJECT_ARRAY_DUMP || tag == HeapRecords.PRIMITIVE_ARRAY_DUMP
        ? file.u4(at + 1 + file.idSize() + 4)
        : -1;
  }

  /** The first contents of the byte or char array at an address, at most so many bytes. */
  public Optional<byte[]> bytes(long address, int elementType, int most) {
    long at = address == 0 ? -1 : objects.find(address);
    if (at < 0
        || file.u1(at) != HeapRecords.PRIMITIVE_ARRAY_DUMP
        || file.u1(at + 1 + file.idSize() + 8) != elementType) {
      return Optional.empty();
    }
    long length = arrayLength(address) * HprofType.size(elementType, file.idSize());
    return Optional.of(file.bytes(at + 1 + file.idSize() + 9, (int) Math.min(most, length)));
  }

  /** The position of a reference in the object array at an address, or -1 if it has none such. */
  public long indexOf(long address, long element) {
    long at = address == 0 ? -1 : objects.find(address);
    if (at < 0 || file.u1(at) != HeapRecords.OBJECT_ARRAY_DUMP) {
      return -1;
    }
    long length = arrayLength(address);
    for (long i = 0; i < length; i++) {
      if (file.id(fieldsAt(at) + i * file.idSize()) == element) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Bytes of a reference on the dumped heap. {@code Reference} has four of them: 28 bytes with
   * compressed ones, header included, and 48 without.
   */
  public int referenceSize() {
    long size = classByName("java.lang.ref.Reference").map(HeapClass::instanceSize).orElse(0L);
    return size > COMPRESSED_REFERENCE_BYTES ? Long.BYTES : Integer.BYTES;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
