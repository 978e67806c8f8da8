package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KafkaOptionsTest {
  private final KafkaOptions options = new KafkaOptions();

  @Test
  void withoutAnyOptionNothingGoesToKafka() {
    new CommandLine(options).parseArgs();
    assertThat(options.sinkOptions(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--command-config=f.properties", "--command-property=acks=all", "--topic=mine"})
  void optionThatWouldComeToNothingWithoutBrokersIsRefused(String option) {
    new CommandLine(options).parseArgs(option);
    assertThatThrownBy(() -> options.sinkOptions(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--bootstrap-server is missing");
  }

  @Test
  void spoolWithoutBrokersIsRefused() {
    new CommandLine(options).parseArgs();
    assertThatThrownBy(() -> options.sinkOptions(Path.of("spool")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
