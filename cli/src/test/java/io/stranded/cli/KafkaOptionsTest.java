package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KafkaOptionsTest {
  private final DeliveryOptions options = new DeliveryOptions();

  @Test
  void withoutAnyOptionNothingGoesToKafka() {
    new CommandLine(options).parseArgs();
    assertThat(options.sinkOptions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--command-config=f.properties",
        "--command-property=acks=all",
        "--topic=mine",
        "--spool-dir=spool",
        "--spool-max=1g",
        "--close-timeout=5s",
        "--no-create-topic",
        "--topic-partitions=3",
        "--topic-replication-factor=2"
      })
  void optionThatWouldComeToNothingWithoutBrokersIsRefused(String option) {
    new CommandLine(options).parseArgs(option);
    assertThatThrownBy(options::sinkOptions)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--bootstrap-server is missing");
  }

  @Test
  void spoolClosingTimeAndMakingOfTheTopicHaveOptions() {
    new CommandLine(options)
        .parseArgs(
            "--bootstrap-server=h:1",
            "--spool-max=2m",
            "--close-timeout=5s",
            "--no-create-topic",
            "--topic-partitions=3",
            "--topic-replication-factor=2");
    assertThat(options.sinkOptions())
        .isEqualTo(
            Map.of(
                "kafka.bootstrap.servers", "h:1",
                "kafka.topic", "threadleak.findings.v1",
                "kafka.spool.max.bytes", "2097152",
                "kafka.close.timeout.ms", "5000",
                "kafka.topic.create", "false",
                "kafka.topic.partitions", "3",
                "kafka.topic.replication.factor", "2"));
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.spool.dir: /x: permission denied, --spool-dir: /x: permission denied",
    "kafka.config.file: /x: no such file, --command-config: /x: no such file",
    "acks cannot be set, acks cannot be set",
    "linger.ms: wrong, linger.ms: wrong"
  })
  void whatIsWrongIsToldByTheNameOfTheOption(String complaint, String told) {
    assertThat(DeliveryOptions.named(new IllegalArgumentException(complaint))).hasMessage(told);
  }
}
