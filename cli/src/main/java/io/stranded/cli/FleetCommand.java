package io.stranded.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code stranded fleet}, which is known here for help alone: the launchers run its own jar, so
 * that a sidecar does not carry Kafka Streams.
 */
@Command(
    name = "fleet",
    description = "Adds up the findings of all JVMs in Kafka: which leak hurts most.",
    mixinStandardHelpOptions = true)
final class FleetCommand implements Callable<Integer> {
  @Unmatched private List<String> words = new ArrayList<>();

  @Override
  public Integer call() {
    throw new IllegalArgumentException(
        "stranded fleet is a program of its own: java -jar stranded-fleet.jar "
            + String.join(" ", words));
  }
}
