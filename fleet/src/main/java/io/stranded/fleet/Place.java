package io.stranded.fleet;

import io.stranded.finding.Cause;
import io.stranded.finding.FoundThread;
import io.stranded.kafka.DeliveredFinding;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Where and why threads of a leak wait: the same for all JVMs, up to line numbers.
 *
 * @param cause why they wait for ever, in the word of the finding
 * @param waitsOn type of what they wait on
 * @param stack frames of the wait, innermost first
 * @param createdBy frames that started the threads; empty when nobody recorded them
 * @param evidence why it is believed, as the newest finding says
 * @param names of some of the threads of the newest finding
 * @param aliases fingerprints of the same where less is known of where its threads come from
 */
record Place(
    String cause,
    String waitsOn,
    List<String> stack,
    List<String> createdBy,
    List<String> evidence,
    List<String> names,
    List<String> aliases) {
  private static final int MOST_ALIASES = 4;

  private static final int MOST_OF_A_WORD = 64;

  Place {
    // Still a word, so without a mark.
    cause = cause.substring(0, Math.min(cause.length(), MOST_OF_A_WORD));
    waitsOn = Bounds.frame(waitsOn);
    stack = Bounds.frames(stack);
    createdBy = Bounds.frames(createdBy);
    // What follows is null where an earlier version has stored it.
    evidence = evidence == null ? List.of() : Bounds.evidence(evidence);
    names = names == null ? List.of() : Bounds.threadNames(names);
    aliases = aliases == null ? List.of() : aliases.stream().limit(MOST_ALIASES).toList();
  }

  static Place of(DeliveredFinding delivered) {
    return new Place(
        delivered.cause(),
        delivered.finding().blockedOn().type(),
        delivered.finding().stack(),
        delivered.finding().createdBy(),
        delivered.finding().evidence(),
        delivered.finding().threads().stream().map(FoundThread::name).toList(),
        delivered.finding().aliases());
  }

  /** The place, with who created the threads as an earlier finding knew it, if it does not. */
  Place withCreatorOf(Place earlier) {
    return createdBy.isEmpty() && !earlier.createdBy.isEmpty()
        ? new Place(cause, waitsOn, stack, earlier.createdBy, evidence, names, aliases)
        : this;
  }

  /** The place with as many lines as surely fit into half of so many bytes. */
  Place within(int bytes) {
    int frames = Math.max(1, bytes / Bounds.LARGEST_FRAME_BYTES / 6);
    return new Place(
        cause,
        waitsOn,
        stack.stream().limit(frames).toList(),
        createdBy.stream().limit(frames).toList(),
        evidence.stream().limit(frames).toList(),
        names.stream().limit(frames).toList(),
        aliases);
  }

  /** The cause in words for people. */
  String words() {
    return Arrays.stream(Cause.values())
        .filter(known -> known.name().equals(cause))
        .map(Cause::label)
        .findFirst()
        .orElseGet(() -> cause.toLowerCase(Locale.ROOT).replace('_', ' '));
  }
}
