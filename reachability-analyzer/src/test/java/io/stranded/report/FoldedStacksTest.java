package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FoldedStacksTest {
  @Test
  void outermostFrameComesFirstUnderTheStanding() {
    assertThat(FoldedStacks.of(Samples.profile()))
        .isEqualTo(
            """
            INCONCLUSIVE;[no stack] 1
            LEAKED;app.<b>,Evil.run;java.util.concurrent.CountDownLatch.await 1
            LEAKED;java.lang.Thread.run;app.Import.run;app.Import.next;\
            java.util.concurrent.ArrayBlockingQueue.take;\
            java.util.concurrent.locks.LockSupport.park;jdk.internal.misc.Unsafe.park 3
            STUCK;java.lang.Thread.run;java.util.concurrent.ThreadPoolExecutor.getTask;\
            java.util.concurrent.LinkedBlockingQueue.take 2
            """);
  }
}
