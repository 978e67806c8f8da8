package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServerFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;

class TargetJvmTest {
  private static final long PATIENCE_SECONDS = 60;

  /** Whoever waits for an answer of the target asks again and again. */
  private static final int QUESTIONS = 20;

  @Test
  void askingWhetherItRunsDoesNotWaitForItsEnd() throws Exception {
    List<String> command = List.of(ServiceNamesTest.Idle.class.getName());
    try (ForkedJvm jvm = ForkedJvm.start(Jdk.current(), command);
        TargetJvm target = TargetJvm.attach(jvm.pid())) {
      CompletableFuture<Boolean> end =
          CompletableFuture.supplyAsync(() -> TargetJvm.awaitEnd(jvm.pid()));
      for (int i = 0; i < QUESTIONS; i++) {
        assertThat(target.isRunning()).isTrue();
      }
      assertThat(end).isNotDone();
      assertThat(end.get()).isFalse();
      jvm.process().destroyForcibly();
      assertThat(TargetJvm.awaitEnd(jvm.pid())).isTrue();
      assertThat(target.isRunning()).isFalse();
    }
  }

  @Test
  void connectionToWhatCannotBeWatchedIsClosed() throws Exception {
    JMXConnectorServer server =
        JMXConnectorServerFactory.newJMXConnectorServer(
            new JMXServiceURL("service:jmx:rmi://"), null, MBeanServerFactory.newMBeanServer());
    server.start();
    try {
      JmxAddress address = new JmxAddress(server.getAddress().toString(), Optional.empty(), false);
      assertThatThrownBy(() -> TargetJvm.connect(address))
          .isInstanceOf(TargetLostException.class)
          .hasMessageContaining("cannot connect to");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (server.getConnectionIds().length > 0 && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(server.getConnectionIds()).isEmpty();
    } finally {
      server.stop();
    }
  }
}
