package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.DumpEditor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays and segments beyond what an int counts. The files are holes, and take no space. */
class LargeDumpTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";
  private static final int RECORD_HEADER = 9;
  private static final int ARRAY_HEADER = 18;
  private static final long GIB = 1L << 30;
  private static final long HUGE = 5 * GIB / 2;

  @TempDir Path directory;
  private final DumpBuilder dump =
      new DumpBuilder()
          .type(FUTURE, "java.lang.Object", "state:int")
          .type("[Ljava.lang.Object;", "java.lang.Object");
  private final long bytes = dump.newId();
  private final long references = dump.newId();

  @BeforeEach
  void leakThatHoldsTheArray() {
    dump.thread("waiter")
        .parkedOn(dump.object(FUTURE, Map.of()))
        .frame("app.Task", "run")
        .local(bytes);
  }

  @Test
  void segmentAndArrayOverTwoGigabytes() throws IOException {
    byte[] whole = dump.build();
    int heap = new DumpEditor(whole).heapRecord();
    try (FileChannel file = create()) {
      long at = write(file, 0, ByteBuffer.wrap(whole, 0, heap));
      at = write(file, at, header(0x1c, ARRAY_HEADER + HUGE));
      at = writeBytes(file, at);
      write(file, at, ByteBuffer.wrap(whole, heap, whole.length - heap));
    }
    assertLeakPins(HUGE);
  }

  @Test
  void unsegmentedHeapOverFourGigabytesWhoseLengthWrapsAround() throws IOException {
    byte[] whole = dump.buildUnsegmented();
    int heap = new DumpEditor(whole).heapRecord();
    int body = heap + RECORD_HEADER;
    long length = 2 * (ARRAY_HEADER + HUGE) - 1 + 8 + whole.length - body;
    try (FileChannel file = create()) {
      long at = write(file, 0, ByteBuffer.wrap(whole, 0, heap));
      at = write(file, at, header(0x0c, length));
      at = writeBytes(file, at);
      at = writeReferences(file, at);
      at = write(file, at, ByteBuffer.wrap(whole, body, whole.length - body));
      assertThat(at).isEqualTo(body + length);
    }
    assertLeakPins(HUGE);
  }

  private FileChannel create() throws IOException {
    return FileChannel.open(
        directory.resolve("large.hprof"),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE,
        StandardOpenOption.SPARSE);
  }

  private long writeBytes(FileChannel file, long at) throws IOException {
    ByteBuffer array = ByteBuffer.allocate(ARRAY_HEADER);
    array.put((byte) HeapRecords.PRIMITIVE_ARRAY_DUMP).putLong(bytes).putInt(0);
    array.putInt((int) HUGE).put((byte) HprofType.BYTE).flip();
    return write(file, at, array) + HUGE;
  }

  private long writeReferences(FileChannel file, long at) throws IOException {
    ByteBuffer array = ByteBuffer.allocate(ARRAY_HEADER - 1 + 8);
    array.put((byte) HeapRecords.OBJECT_ARRAY_DUMP).putLong(references).putInt(0);
    array.putInt((int) (HUGE / 8)).putLong(dump.classId("[Ljava.lang.Object;")).flip();
    return write(file, at, array) + HUGE;
  }

  private static ByteBuffer header(int tag, long length) {
    return ByteBuffer.allocate(RECORD_HEADER).put((byte) tag).putInt(0).putInt((int) length).flip();
  }

  private static long write(FileChannel file, long at, ByteBuffer what) throws IOException {
    long next = at;
    while (what.hasRemaining()) {
      next += file.write(what, next);
    }
    return next;
  }

  private void assertLeakPins(long bytes) throws IOException {
    LeakProfile profile = new LeakAnalyzer().analyze(directory.resolve("large.hprof"));
    assertThat(profile.notes()).noneMatch(note -> note.contains("incomplete"));
    assertThat(profile.findings()).extracting(Finding::verdict).containsExactly(Verdict.LEAKED);
    assertThat(profile.findings().get(0).pinnedBytes()).isBetween(bytes, bytes + 1000);
  }
}
