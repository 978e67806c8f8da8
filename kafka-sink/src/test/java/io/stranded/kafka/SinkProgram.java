package io.stranded.kafka;

import java.io.IOException;
import java.nio.file.Path;

/** A sink in a process of its own, made to be killed: tells every finding it has taken. */
final class SinkProgram {
  private SinkProgram() {}

  /** {@code BOOTSTRAP TOPIC SPOOL INSTANCE FROM}: sends numbered findings for ever. */
  public static void main(String[] args) throws IOException {
    KafkaSinkConfig config = KafkaSinkConfig.of(args[0], Path.of(args[2])).withTopic(args[1]);
    KafkaFindingSink sink = KafkaFindingSink.open(config);
    System.out.println("READY");
    for (int number = Integer.parseInt(args[4]); ; number++) {
      sink.accept(Topics.numbered(args[3], number));
      System.out.println("TAKEN " + number);
    }
  }
}
