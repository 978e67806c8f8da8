package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServerFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;

class TargetJvmTest {
  private static final long PATIENCE_SECONDS = 60;

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
