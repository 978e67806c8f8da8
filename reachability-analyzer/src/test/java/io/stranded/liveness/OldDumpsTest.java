package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.testing.DumpBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps of JDK 5 to 8, and of the agent that wrote dumps then. */
class OldDumpsTest {
  private static final int AFTER_HEADER = 31;
  private static final int UTF8 = 0x01;
  private static final int CONTROL_SETTINGS = 0x0e;

  @TempDir Path directory;

  @Test
  void nameOfAThreadMayBeAnArray() throws IOException {
    DumpBuilder dump = new DumpBuilder();
    leak(dump).field("name", dump.chars("import-1"));
    LeakProfile profile = analyze(dump.build());
    assertThat(profile.findings()).hasSize(1);
    assertThat(profile.findings().get(0).threads().get(0).name()).isEqualTo("import-1");
  }

  @Test
  void textWithoutANumberIsNoDamage() throws IOException {
    DumpBuilder dump = new DumpBuilder();
    leak(dump);
    byte[] text = new byte[Long.BYTES + 3];
    LeakProfile profile = analyze(insert(insert(dump.build(), UTF8, text), UTF8, text));
    assertThat(profile.notes()).noneMatch(note -> note.contains("malformed"));
    assertThat(profile.isConclusive()).isTrue();
  }

  @Test
  void dumpOfTheHprofAgentIsRefusedInOneLine() throws IOException {
    DumpBuilder dump = new DumpBuilder();
    leak(dump);
    byte[] agents = insert(dump.build(), CONTROL_SETTINGS, new byte[6]);
    assertThatThrownBy(() -> analyze(agents))
        .isInstanceOf(UnreadableDumpException.class)
        .hasMessageContaining("heap.hprof: written by the hprof agent of JDK 8 or older")
        .hasMessageNotContaining("\n");
  }

  @Test
  void dumpWithoutStacksTellsNothingOfWaits() throws IOException {
    DumpBuilder stackless = new DumpBuilder();
    stackless.thread("main");
    stackless.thread("waiter").waiting();
    LeakProfile profile = analyze(stackless.build());
    assertThat(profile.unknowns())
        .containsExactly("the dump has no stacks, so that waits cannot be judged");
    DumpBuilder dump = new DumpBuilder();
    leak(dump);
    dump.thread("main");
    assertThat(analyze(dump.build()).isConclusive()).isTrue();
  }

  private static DumpBuilder.ThreadBuilder leak(DumpBuilder dump) {
    dump.type(
        "java.util.concurrent.locks.AbstractQueuedSynchronizer", "java.lang.Object", "state:int");
    dump.type(
        "java.util.concurrent.CountDownLatch$Sync",
        "java.util.concurrent.locks.AbstractQueuedSynchronizer");
    long sync = dump.object("java.util.concurrent.CountDownLatch$Sync", Map.of("state", 1));
    return dump.thread("waiter")
        .parkedOn(sync)
        .frame("jdk.internal.misc.Unsafe", "park")
        .frame("java.util.concurrent.CountDownLatch", "await")
        .frame("app.Main", "work")
        .local(sync);
  }

  private LeakProfile analyze(byte[] dump) throws IOException {
    return new LeakAnalyzer().analyze(Files.write(directory.resolve("heap.hprof"), dump));
  }

  private static byte[] insert(byte[] dump, int tag, byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(dump, 0, AFTER_HEADER);
    bytes.write(tag);
    bytes.writeBytes(new byte[4]);
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
    bytes.writeBytes(body);
    bytes.write(dump, AFTER_HEADER, dump.length - AFTER_HEADER);
    return bytes.toByteArray();
  }
}
