package io.stranded.watch;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.kafka.DeliveryStatus;
import io.stranded.kafka.KafkaFindingSink;
import io.stranded.kafka.KafkaSinkConfig;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A console and a spool that has no room: tells what became of each profile. */
final class FullDiskProgram {
  private static final int PROFILES = 400;

  private FullDiskProgram() {}

  /** Takes the directory of the spool. */
  public static void main(String[] args) throws IOException {
    KafkaFindingSink kafka =
        KafkaFindingSink.open(
            KafkaSinkConfig.of("localhost:1", Path.of(args[0])).withCloseTimeout(Duration.ZERO));
    LeakProfile profile =
        Profiles.profile("host-1/1/1", List.of(Profiles.latchFinding("0123456789abcdef")));
    try (SinkFan sinks =
        new SinkFan(List.of(new Console(), kafka), line -> System.out.println("TOLD " + line))) {
      for (int i = 0; i < PROFILES; i++) {
        sinks.accept(profile);
      }
      DeliveryStatus status = kafka.status();
      System.out.println("REFUSED " + status.refused());
      System.out.println("PENDING " + status.pending());
    }
  }

  private static final class Console implements FindingSink {
    @Override
    public void accept(LeakProfile profile) {
      System.out.println("CONSOLE " + profile.findings().size());
    }

    @Override
    public void close() {}
  }
}
