package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.finding.Verdict;
import io.stranded.testing.Allocation;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.DumpEditor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps of every format, and dumps that lie. */
class DamagedDumpTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";
  private static final String SYNC = "java.util.concurrent.locks.AbstractQueuedSynchronizer";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void idsOfFourAndEightBytes(int idSize) throws IOException {
    assertLeak(analyze(withALeak(idSize).build()));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void unsegmentedDump(int idSize) throws IOException {
    byte[] whole = withALeak(idSize).buildUnsegmented();
    assertLeak(analyze(whole));
    for (int length = 31; length < whole.length; length++) {
      assertIncomplete(analyze(Arrays.copyOf(whole, length)));
    }
  }

  @Test
  void unsegmentedDumpWhoseLengthWasNeverFilledIn() throws IOException {
    DumpEditor dump = new DumpEditor(withALeak(8).buildUnsegmented());
    dump.putInt(dump.heapRecord() + 5, 0);
    assertIncomplete(analyze(dump.bytes()), "has a wrong length");
  }

  @Test
  void unknownRecordIsSkippedAndNoted() throws IOException {
    DumpEditor dump = new DumpEditor(withALeak(8).build());
    int heap = dump.heapRecord();
    dump.insert(heap, new byte[] {0x7f, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3});
    assertIncomplete(analyze(dump.bytes()), "has the unknown tag 127 and was skipped");
  }

  @Test
  void segmentBehindAnotherTagIsMissed() throws IOException {
    for (int tag = 0; tag < 256; tag++) {
      if (tag != 0x1c && tag != 0x0c) {
        DumpEditor dump = new DumpEditor(withALeak(8).build());
        dump.bytes()[dump.heapRecord()] = (byte) tag;
        assertIncomplete(analyze(dump.bytes()));
      }
    }
  }

  @Test
  void lengthsThatLie() throws IOException {
    byte[] whole = withALeak(8).build();
    int start = new DumpEditor(whole).heapRecord();
    int[] lies = {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xffff, 0};
    for (int at = start + 5; at < whole.length - 3; at++) {
      DumpEditor dump = new DumpEditor(whole.clone());
      dump.putInt(at, lies[at % lies.length]);
      analyze(dump.bytes());
    }
  }

  @Test
  void aFlippedBitAnywhereGivesAProfileOrOneLine() throws IOException {
    byte[] whole = withALeak(8).build();
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << (at * 5 % 8));
      try {
        analyze(flipped);
      } catch (UnreadableDumpException e) {
        assertThat(at).as(e.getMessage()).isLessThan(23);
      }
    }
  }

  @Test
  void objectShorterOrLongerThanItsClass() throws IOException {
    for (String superclass : new String[] {"app.Short", "app.Long"}) {
      DumpBuilder dump = withALeak(8);
      dump.type("app.Short", "java.lang.Object").type("app.Long", "java.lang.Object", "held:ref");
      dump.type("app.Odd", superclass);
      dump.type("app.Other", superclass.equals("app.Short") ? "app.Long" : "app.Short");
      long odd = dump.object("app.Odd", Map.of());
      dump.root(odd);
      DumpEditor editor = new DumpEditor(dump.build());
      // The object of one class becomes one of the other.
      editor.replaceId(editor.instance(odd) + 13, dump.classId("app.Other"));
      assertIncomplete(analyze(editor.bytes()), "does not fit its class");
    }
  }

  @Test
  void leafShorterOrLongerThanItsClass() throws IOException {
    for (String type : new String[] {"java.util.Narrow", "java.util.Wide"}) {
      DumpBuilder dump = withALeak(8);
      dump.type("java.util.Narrow", "java.lang.Object", "value:int");
      dump.type("java.util.Wide", "java.lang.Object", "value:long");
      long odd = dump.object(type, Map.of());
      assertLeak(analyze(dump.build()));
      DumpEditor editor = new DumpEditor(dump.build());
      String other = type.endsWith("Wide") ? "java.util.Narrow" : "java.util.Wide";
      editor.replaceId(editor.instance(odd) + 13, dump.classId(other));
      assertIncomplete(analyze(editor.bytes()), "does not fit its class");
    }
  }

  @Test
  void damageThatNothingReachesCountsToo() throws IOException {
    DumpBuilder dump = withALeak(8);
    dump.type("app.Short", "java.lang.Object", "held:ref");
    dump.type("app.Long", "java.lang.Object", "held:ref", "other:ref");
    long odd = dump.object("app.Short", Map.of());
    dump.thread("running").frame("app.Task", "run");
    DumpEditor editor = new DumpEditor(dump.build());
    editor.replaceId(editor.instance(odd) + 13, dump.classId("app.Long"));
    assertIncomplete(analyze(editor.bytes()), "does not fit its class");
  }

  @Test
  void damageThatOnlyLeakedThreadsReachCountsToo() throws IOException {
    DumpBuilder dump = new DumpBuilder().type(FUTURE, "java.lang.Object", "state:int");
    dump.type("app.Short", "java.lang.Object").type("app.Long", "java.lang.Object", "held:ref");
    long odd = dump.object("app.Short", Map.of());
    dump.thread("waiter")
        .parkedOn(dump.object(FUTURE, Map.of()))
        .frame("app.Task", "run")
        .local(odd);
    assertLeak(analyze(dump.build()));
    DumpEditor editor = new DumpEditor(dump.build());
    editor.replaceId(editor.instance(odd) + 13, dump.classId("app.Long"));
    assertIncomplete(analyze(editor.bytes()), "does not fit its class");
  }

  @Test
  void classesThatAreTheirOwnSuperclasses() throws IOException {
    DumpBuilder dump = withALeak(8).type("app.A", "java.lang.Object").type("app.B", "app.A");
    DumpEditor editor = new DumpEditor(dump.build());
    editor.replaceId(editor.classDump(dump.classId("app.A")) + 13, dump.classId("app.B"));
    assertIncomplete(analyze(editor.bytes()), "go in a circle");
  }

  @Test
  void missingSuperclass() throws IOException {
    DumpBuilder dump = withALeak(8).type("app.A", "java.lang.Object");
    DumpEditor editor = new DumpEditor(dump.build());
    editor.replaceId(editor.classDump(dump.classId("app.A")) + 13, 0x1234);
    assertIncomplete(analyze(editor.bytes()), "superclass of app.A is missing");
  }

  @Test
  void hierarchyDeeperThanAnyRealOne() throws IOException {
    DumpBuilder dump = withALeak(8);
    String superclass = "java.lang.Object";
    for (int i = 0; i < 300; i++) {
      dump.type("app.C" + i, superclass, "f" + i + ":ref");
      superclass = "app.C" + i;
    }
    assertIncomplete(analyze(dump.build()), "too many superclasses");
  }

  @Test
  void idsThatAreMisalignedRepeatedOrZero() throws IOException {
    for (long id : new long[] {0, 3, 0x7f00_0000_0001L}) {
      DumpBuilder dump = withALeak(8);
      dump.object(id, FUTURE, Map.of());
      assertIncomplete(analyze(dump.build()), "is misaligned, repeated or far from all others");
    }
    DumpBuilder dump = withALeak(8);
    long twice = dump.object(FUTURE, Map.of());
    dump.object(twice, FUTURE, Map.of());
    assertIncomplete(analyze(dump.build()), "is misaligned, repeated or far from all others");
  }

  @Test
  void idsScatteredOverTheAddressSpaceAreRefusedBeforeTheyFillTheMemory() throws IOException {
    DumpBuilder dump = withALeak(8);
    for (long i = 1; i < 20_000; i++) {
      dump.object(i << 40, FUTURE, Map.of());
    }
    byte[] scattered = dump.build();
    long before = Allocation.ofThisThread();
    assertIncomplete(analyze(scattered), "is misaligned, repeated or far from all others");
    assertThat(Allocation.ofThisThread() - before).isLessThan(Allocation.bound(scattered.length));
  }

  @Test
  void threadsThatShareASerialNumberOrAStack() throws IOException {
    DumpBuilder dump = withALeak(8);
    long runner = dump.thread("runner").frame("app.Task", "run").id();
    byte[] whole = dump.build();
    DumpEditor serial = new DumpEditor(whole.clone());
    serial.putInt(serial.threadRoot(runner) + 9, 1);
    assertIncomplete(analyze(serial.bytes()), "is there twice");
    DumpEditor stack = new DumpEditor(whole.clone());
    stack.putInt(stack.threadRoot(runner) + 13, 1);
    assertIncomplete(analyze(stack.bytes()), "belongs to several threads");
  }

  @Test
  void threadThatIsNoThreadOrHasNoStack() throws IOException {
    DumpBuilder dump = withALeak(8);
    long other = dump.object(FUTURE, Map.of());
    long runner = dump.thread("runner").frame("app.Task", "run").id();
    byte[] whole = dump.build();
    DumpEditor object = new DumpEditor(whole.clone());
    object.replaceId(object.threadRoot(runner) + 1, other);
    assertIncomplete(analyze(object.bytes()), "thread object");
    DumpEditor stack = new DumpEditor(whole.clone());
    stack.putInt(stack.threadRoot(runner) + 13, 4711);
    assertIncomplete(analyze(stack.bytes()), "stack trace 4711");
  }

  @Test
  void stackOfTwoBillionFrames() throws IOException {
    DumpEditor dump = new DumpEditor(withALeak(8).build());
    dump.putInt(dump.record(0x05) + 9 + 8, Integer.MIN_VALUE);
    assertIncomplete(analyze(dump.bytes()), "with tag 5 is malformed");
  }

  @Test
  void frameOfAnUnknownClass() throws IOException {
    DumpEditor dump = new DumpEditor(withALeak(8).build());
    dump.putInt(dump.record(0x04) + 9 + 32, 4711);
    assertIncomplete(analyze(dump.bytes()), "a class of one of its frames is missing");
  }

  @Test
  void malformedTextIsReplaced() throws IOException {
    DumpEditor dump = new DumpEditor(withALeak(8).build());
    int run = dump.text("run");
    dump.bytes()[run] = (byte) 0xff;
    LeakProfile profile = analyze(dump.bytes());
    assertThat(profile.findings().get(0).stack()).anyMatch(frame -> frame.contains("\ufffdun"));
  }

  @Test
  void giganticNamesAreCut() throws IOException {
    DumpBuilder dump = new DumpBuilder().type(FUTURE, "java.lang.Object", "state:int");
    dump.thread("n".repeat(5_000_000))
        .parkedOn(dump.object(FUTURE, Map.of()))
        .frame("app." + "C".repeat(2_000_000), "run");
    LeakProfile profile = analyze(dump.build());
    FoundThread thread = profile.findings().get(0).threads().get(0);
    assertThat(thread.name()).hasSize(1000);
    assertThat(profile.findings().get(0).stack()).allMatch(frame -> frame.length() < 3000);
  }

  @Test
  void queueThatGoesInACircle() throws IOException {
    DumpBuilder dump = new DumpBuilder();
    dump.type("java.util.concurrent.locks.AbstractOwnableSynchronizer", "java.lang.Object");
    dump.type(
        SYNC,
        "java.util.concurrent.locks.AbstractOwnableSynchronizer",
        "head:ref",
        "tail:ref",
        "state:int");
    dump.type(SYNC + "$Node", "java.lang.Object", "next:ref", "waiter:ref", "status:int");
    dump.type("java.util.concurrent.Semaphore$Sync", SYNC);
    long first = dump.newId();
    long second = dump.newId();
    dump.object(first, SYNC + "$Node", Map.of("next", second));
    dump.object(second, SYNC + "$Node", Map.of("next", first));
    dump.thread("waiter")
        .parkedOn(dump.object("java.util.concurrent.Semaphore$Sync", Map.of("head", first)));
    assertThat(analyze(dump.build()).findings())
        .extracting(Finding::verdict)
        .containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void fileThatShrinksWhileItIsRead() throws IOException {
    DumpBuilder dump = withALeak(8);
    dump.string("x".repeat(4_000_000));
    dump.object(FUTURE, Map.of());
    Path file = Files.write(directory.resolve("heap.hprof"), dump.build());
    long size = Files.size(file);
    assertThatThrownBy(
            () ->
                new LeakAnalyzer()
                    .progress((stage, done, total) -> truncate(file, 64))
                    .analyze(file))
        .isInstanceOf(UnreadableDumpException.class)
        .hasMessage(file + ": ends at offset 64 now, was " + size + " bytes when it was opened");
  }

  @Test
  void fileThatIsWrittenToWhileItIsRead() throws IOException {
    Path file = Files.write(directory.resolve("heap.hprof"), withALeak(8).build());
    LeakProfile profile =
        new LeakAnalyzer().progress((stage, done, total) -> append(file)).analyze(file);
    assertIncomplete(profile, "was written to while it was read");
  }

  private static void truncate(Path file, long size) {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(size);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void append(Path file) {
    try {
      Files.write(file, "more".getBytes(StandardCharsets.US_ASCII), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static DumpBuilder withALeak(int idSize) {
    DumpBuilder dump = new DumpBuilder(idSize).type(FUTURE, "java.lang.Object", "state:int");
    dump.thread("waiter").parkedOn(dump.object(FUTURE, Map.of())).frame("app.Task", "run");
    return dump;
  }

  private LeakProfile analyze(byte[] dump) throws IOException {
    return new LeakAnalyzer().analyze(Files.write(directory.resolve("heap.hprof"), dump));
  }

  private static void assertLeak(LeakProfile profile) {
    assertThat(profile.dump().orElseThrow().complete()).isTrue();
    assertThat(profile.findings()).extracting(Finding::verdict).containsExactly(Verdict.LEAKED);
  }

  private static void assertIncomplete(LeakProfile profile, String... damage) {
    assertThat(profile.dump().orElseThrow().complete()).isFalse();
    assertThat(profile.findings()).noneMatch(finding -> finding.verdict() == Verdict.LEAKED);
    for (String clause : damage) {
      assertThat(profile.notes()).anyMatch(note -> note.contains(clause));
    }
  }
}
