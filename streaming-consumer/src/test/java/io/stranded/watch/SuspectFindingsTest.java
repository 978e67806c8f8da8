package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.internal.source.ThreadEvent;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.internal.timeline.WaitPlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is suspected without a proof is named by who has started the threads, as what is proved. */
class SuspectFindingsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final WaitPlace IN_THE_JDK =
      new WaitPlace(
          "java.util.concurrent.CountDownLatch$Sync",
          List.of(
              "java.util.concurrent.locks.LockSupport.park(LockSupport.java:211)",
              "java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)",
              "java.util.concurrent.FutureTask.run(FutureTask.java:264)",
              "java.lang.Thread.run(Thread.java:840)"),
          "latch");

  private final ThreadTimeline timeline = new ThreadTimeline();

  @Test
  void whoseCreatorIsKnownIsTheSameAsWhereNobodyToldIt() {
    Finding unknown = only(1);
    assertThat(unknown.aliases()).isEmpty();
    started(1, "app.Orders.open(Orders.java:5)");
    Finding known = only(1);
    assertThat(known.fingerprint()).isNotEqualTo(unknown.fingerprint());
    assertThat(known.aliases()).containsExactly(unknown.fingerprint());
  }

  @Test
  void threadsOfSeveralCreatorsAreNamedByNone() {
    Finding unknown = only(1);
    started(1, "app.Orders.open(Orders.java:5)");
    started(2, "app.Mail.open(Mail.java:7)");
    Finding both = only(1, 2);
    assertThat(both.fingerprint()).isEqualTo(unknown.fingerprint());
    assertThat(both.aliases()).isEmpty();
  }

  private void started(long thread, String creator) {
    timeline.accept(new ThreadEvent.Started(thread, "worker", false, List.of(creator)));
  }

  private Finding only(long... threads) {
    List<OpenWait> waits = new ArrayList<>();
    for (long thread : threads) {
      waits.add(
          new OpenWait(
              thread,
              "worker",
              /* virtual= */ false,
              /* waitNumber= */ 1,
              NOW.minusSeconds(60),
              IN_THE_JDK));
    }
    List<Finding> findings =
        SuspectFindings.of(List.of(new Suspect("latch", waits)), timeline, NOW, "no dump");
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }
}
