package io.stranded.internal.recording;

import static io.stranded.internal.recording.Facts.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threads that wait in the JDK's code alone are named by who has started them. */
class RecordedOriginsTest {
  private static final RecordedFact DUMP =
      new ThreadDumpTaken(
          at(100),
          """
          "worker" #1 prio=5 cpu=1.00ms elapsed=90.00s
             java.lang.Thread.State: WAITING (parking)
          \tat java.util.concurrent.CountDownLatch.await(java.base@17/CountDownLatch.java:230)
          \tat java.util.concurrent.FutureTask.run(java.base@17/FutureTask.java:264)
          \tat java.lang.Thread.run(java.base@17/Thread.java:840)

          """);

  @Test
  void whoseCreatorIsKnownIsTheSameAsWhereNobodyToldIt() {
    Finding unknown = only(DUMP);
    Finding known = only(Facts.started(1, 5, "Orders.open"), DUMP);
    assertThat(unknown.aliases()).isEmpty();
    assertThat(known.fingerprint()).isNotEqualTo(unknown.fingerprint());
    assertThat(known.aliases()).containsExactly(unknown.fingerprint());
    assertThat(only(Facts.started(1, 5, "Mail.open"), DUMP).fingerprint())
        .isNotEqualTo(known.fingerprint());
  }

  private static Finding only(RecordedFact... facts) {
    List<Finding> findings =
        new RecordedJvm(Facts.ledger(0, 150, List.of(facts)), List.of(), ReplayOptions.defaults())
            .suspects()
            .findings();
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }
}
