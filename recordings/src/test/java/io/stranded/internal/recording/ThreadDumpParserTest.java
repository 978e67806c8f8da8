package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.recording.DumpedThread.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts are shortened from dumps of real JVMs. */
final class ThreadDumpParserTest {
  private static final String PARKED_17 =
      """
      2026-11-21 12:12:49
      Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6-Debian-1deb12u1 mixed mode, sharing):

      "latch-1" #15 daemon prio=5 os_prio=0 cpu=0.37ms elapsed=2.94s tid=0x00007f nid=0x11 waiting on condition  [0x00007f]
         java.lang.Thread.State: WAITING (parking)
      \tat jdk.internal.misc.Unsafe.park(java.base@17.0.15/Native Method)
      \t- parking to wait for  <0x000000069ed70bf8> (a java.util.concurrent.CountDownLatch$Sync)
      \tat java.util.concurrent.locks.LockSupport.park(java.base@17.0.15/LockSupport.java:211)
      \tat app.Main$$Lambda$89/0x00007f0a28008000.run(Unknown Source)
      \tat app//app.Main.run(Main.java:8)

      "VM Thread" os_prio=0 cpu=1.76ms elapsed=0.32s tid=0x00007f nid=0x12 runnable

      JNI global refs: 29, weak refs: 3
      """;

  private static final String DEADLOCK_25 =
      """
      "d1" #28 [4556] daemon prio=5 os_prio=0 cpu=0.20ms elapsed=2.94s tid=0x1 nid=4556 waiting for monitor entry  [0x1]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat P.one(P.java:11)
      \t- waiting to lock <0x00000000000000a1> (a java.lang.Object)
      \t- locked <0x00000000000000a2> (a java.lang.String)

      "d2" #29 [4557] daemon prio=5 os_prio=0 cpu=0.15ms elapsed=2.94s tid=0x2 nid=4557 waiting for monitor entry  [0x2]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat P.two(P.java:12)
      \t- waiting to lock <0x00000000000000a2> (a java.lang.String)
      \t- locked <0x00000000000000a1> (a java.lang.Object)

      "w" #30 [4558] prio=5 os_prio=0 cpu=0.15ms elapsed=2.94s tid=0x3 nid=4558 in Object.wait()  [0x3]
         java.lang.Thread.State: WAITING (on object monitor)
      \tat java.lang.Object.wait0(java.base@25.0.3/Native Method)
      \t- waiting on <0x00000000000000a3> (a java.lang.Object)
      \tat P.three(P.java:13)
      \t- locked <0x00000000000000a3> (a java.lang.Object)

      "b" #31 [4559] prio=5 os_prio=0 cpu=0.15ms elapsed=2.94s tid=0x4 nid=4559 waiting for monitor entry  [0x4]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat P.four(P.java:14)
      \t- waiting to lock <0x00000000000000a3> (a java.lang.Object)

      Found one Java-level deadlock:
      =============================
      "d1":
        waiting to lock monitor 0x1 (object 0xa1, a java.lang.Object),
        which is held by "d2"

      "d2":
        waiting to lock monitor 0x2 (object 0xa2, a java.lang.String),
        which is held by "d1"

      Java stack information for the threads listed above:
      ===================================================
      "d1":
      \tat P.one(P.java:11)

      Found 1 deadlock.
      """;

  @Test
  void parkedThreadHasBlockerAndFramesWithoutModulesAndLambdas() {
    List<DumpedThread> threads = ThreadDumpParser.parse(PARKED_17);
    assertThat(threads).hasSize(1);
    DumpedThread thread = threads.get(0);
    assertThat(thread.id()).isEqualTo(15);
    assertThat(thread.name()).isEqualTo("latch-1");
    assertThat(thread.cpu()).isEqualTo("0.37ms");
    assertThat(thread.state()).isEqualTo(State.PARKED);
    assertThat(thread.blockerType()).isEqualTo("java.util.concurrent.CountDownLatch$Sync");
    assertThat(thread.stack())
        .containsExactly(
            "jdk.internal.misc.Unsafe.park(Native Method)",
            "java.util.concurrent.locks.LockSupport.park(LockSupport.java:211)",
            "app.Main.run(Main.java:8)");
  }

  @Test
  void monitorsHaveOwnersAndWaitersOwnNothing() {
    List<DumpedThread> threads = ThreadDumpParser.parse(DEADLOCK_25);
    assertThat(threads).extracting(DumpedThread::id).containsExactly(28L, 29L, 30L, 31L);
    assertThat(threads.get(0).owner()).contains(29L);
    assertThat(threads.get(1).owner()).contains(28L);
    assertThat(threads)
        .extracting(DumpedThread::deadlocked)
        .containsExactly(true, true, false, false);
    assertThat(threads.get(2).state()).isEqualTo(State.WAITING);
    assertThat(threads.get(3).owner()).isEmpty();
    assertThat(threads.get(0).stack()).hasSize(1);
  }

  @Test
  void timedWaitsAreNone() {
    String timed = PARKED_17.replace("WAITING (parking)", "TIMED_WAITING (parking)");
    assertThat(ThreadDumpParser.parse(timed).get(0).waits()).isFalse();
    assertThat(ThreadDumpParser.parse(PARKED_17).get(0).waits()).isTrue();
  }

  @Test
  void sameWaitHasTheSameStackAndUsedNoCpu() {
    DumpedThread thread = ThreadDumpParser.parse(PARKED_17).get(0);
    assertThat(thread.continues(ThreadDumpParser.parse(PARKED_17).get(0))).isTrue();
    String busy = PARKED_17.replace("cpu=0.37ms", "cpu=0.38ms");
    assertThat(thread.continues(ThreadDumpParser.parse(busy).get(0))).isFalse();
    String elsewhere = PARKED_17.replace("Main.java:8", "Main.java:9");
    assertThat(thread.continues(ThreadDumpParser.parse(elsewhere).get(0))).isFalse();
    String silent = PARKED_17.replace("cpu=0.37ms ", "");
    DumpedThread unknown = ThreadDumpParser.parse(silent).get(0);
    assertThat(unknown.continues(unknown)).isFalse();
  }

  @Test
  void otherTextHasNoThreads() {
    assertThat(ThreadDumpParser.parse("")).isEmpty();
    assertThat(ThreadDumpParser.parse("\"x\" #99999999999999999999 prio=5\n\tat a.b(C.java)\n"))
        .isEmpty();
    assertThat(ThreadDumpParser.parse("\tat a.b(C.java)\n\"\n\"x\":\n")).isEmpty();
  }
}
