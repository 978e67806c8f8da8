package io.stranded.internal.heap;

import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.LongLongMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the latter part of a dump on a second core, while the first part is read. Objects are
 * indexed; of all else, which is little, the places are noted, so that it can be taken in the order
 * of the dump when both parts are read.
 */
final class SecondReader {
  private record Place(int tag, long at) {}

  private final DumpFile file;
  private final ObjectIndex objects;
  private final LeafClasses leaves;
  private final ObjectReader reader;
  private final List<Place> others = new ArrayList<>();
  private final List<String> damage = new ArrayList<>();
  private final SecondCore<Boolean> core;
  private volatile boolean stopped;
  private final AtomicLong done = new AtomicLong();

  private SecondReader(
      DumpFile file,
      DumpIndex index,
      List<DumpIndex.Segment> segments,
      ObjectIndex objects,
      List<HeapClass> classes) {
    this.file = file;
    this.objects = objects;
    List<HeapClass> known = List.copyOf(classes);
    LongLongMap indexes = new LongLongMap();
    known.forEach(type -> indexes.put(type.id(), type.index()));
    this.leaves =
        new LeafClasses(
            id -> {
              int position = (int) indexes.getOrDefault(id, -1);
              return position < 0 ? null : known.get(position);
            });
    this.reader =
        new ObjectReader(
            file, index, objects, leaves, (tag, at) -> others.add(new Place(tag, at)), damage::add);
    this.core = SecondCore.start("stranded-reader", () -> read(segments));
  }

  /** Begins to read segments into an index, with the classes that are known so far. */
  static SecondReader start(
      DumpFile file,
      DumpIndex index,
      List<DumpIndex.Segment> segments,
      ObjectIndex objects,
      List<HeapClass> classes) {
    return new SecondReader(file, index, segments, objects, classes);
  }

  private boolean read(List<DumpIndex.Segment> segments) {
    for (DumpIndex.Segment segment : segments) {
      if (stopped || !objects.isUsable()) {
        return false;
      }
      reader.read(segment);
      done.addAndGet(segment.end() - segment.start());
    }
    // A failed read is reported late: not after the end.
    file.change();
    return true;
  }

  /** Bytes read so far. */
  long done() {
    return done.get();
  }

  /** Lets it end soon. Whatever it has read is of no use any more. */
  void stop() {
    stopped = true;
  }

  /** Waits for its end; false if its objects do not suit the index. Throws what it met with. */
  boolean join() {
    return core.join();
  }

  /** The objects, once it has ended. */
  ObjectIndex objects() {
    return objects;
  }

  /** The classes whose instances turned out to be leaves. */
  Set<Long> leafClasses() {
    return leaves.classIds();
  }

  /** Hands over all else that it has met, in the order of the dump. */
  void handOthersTo(ObjectReader.Others taker) {
    others.forEach(place -> taker.take(place.tag(), place.at()));
  }

  List<String> damage() {
    return damage;
  }
}
