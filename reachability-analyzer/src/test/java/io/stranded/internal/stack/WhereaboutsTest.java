package io.stranded.internal.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WhereaboutsTest {
  private static final String JDK = "java.util.concurrent.LinkedBlockingQueue.take(…)";
  private static final String SPRING = "org.springframework.a.A.wait(A.java:1)";
  private static final String LAMBDA = "app.Mailer$$Lambda$12/0x01.run(Unknown Source)";
  private static final String APP = "app.Mailer.run(Mailer.java:9)";
  private static final String CREATOR = "app.Mailer.start(Mailer.java:3)";

  @Test
  void applicationComesBeforeItsFrameworksAndTheWaitBeforeItsCreator() {
    assertThat(Whereabouts.of(List.of(JDK, SPRING, LAMBDA, APP), List.of(CREATOR)))
        .contains("at " + APP);
    assertThat(Whereabouts.of(List.of(JDK, SPRING), List.of(JDK, SPRING, CREATOR)))
        .contains("created by " + CREATOR);
    assertThat(Whereabouts.of(List.of(JDK, SPRING), List.of(JDK))).contains("at " + SPRING);
    assertThat(Whereabouts.of(List.of(JDK), List.of(JDK, SPRING))).contains("created by " + SPRING);
    assertThat(Whereabouts.of(List.of(JDK), List.of(JDK))).isEmpty();
  }
}
