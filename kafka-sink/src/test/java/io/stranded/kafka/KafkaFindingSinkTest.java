package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaFindingSinkTest {
  private static final String FINGERPRINT = "0123456789abcdef";
  private static KafkaBroker broker;

  private final Finding finding = Profiles.latchFinding(FINGERPRINT);
  private final LeakProfile profile = Profiles.profile("host-1/4711/1", List.of(finding));

  private final Path directory;

  KafkaFindingSinkTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void findingIsReadBackAsItWas() throws IOException {
    KafkaSinkConfig config =
        KafkaSinkConfig.of(broker.bootstrapServers(), directory.resolve("spool"));
    try (KafkaFindingSink sink = KafkaFindingSink.open(config)) {
      sink.accept(profile);
    }
    List<DeliveredFinding> read = Topics.readFindings(broker, KafkaSinkConfig.DEFAULT_TOPIC, 1);
    assertThat(read).hasSize(1);
    assertThat(read.get(0).finding()).isEqualTo(finding);
    assertThat(read.get(0).target()).isEqualTo(profile.target());
    assertThat(read.get(0).key()).isEqualTo(FINGERPRINT + "|host-1/4711/1");
  }
}
