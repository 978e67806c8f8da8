package io.stranded.fleet;

import static io.stranded.fleet.Reports.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Life;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Random keys and values that nobody should send; some of them are findings all the same. */
final class HostileRecords {
  private final Random random;

  HostileRecords(Random random) {
    this.random = random;
  }

  /** A key that is none. */
  byte[] key() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Anything. */
  byte @Nullable [] value(Reports of) {
    return switch (random.nextInt(12)) {
      case 0 -> null;
      case 1 -> garbage(3000);
      case 2 -> {
        byte[] damaged = of.leaked(0, 5, 5);
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        yield damaged;
      }
      case 3 -> {
        byte[] whole = of.leaked(0, 5, 5);
        yield Arrays.copyOf(whole, random.nextInt(whole.length));
      }
      case 4 -> of.leaked(0, 0, 0, Life.Stage.RESOLVED);
      case 5 -> of.leaked(random.nextInt(100), random.nextInt(1 << 20), 7);
      default -> changed(of, this::damage);
    };
  }

  /** What is surely no finding. */
  byte[] noFinding(Reports of) {
    return switch (random.nextInt(9)) {
      case 0 -> garbage(3000);
      case 1 -> new byte[random.nextInt(3_000_000)];
      case 2 -> garbage(1_500_000);
      case 3 -> changed(of, finding -> finding.put("takenAt", "+1000000000-12-31T23:59:59Z"));
      case 4 -> changed(of, finding -> finding.put("count", "many"));
      case 5 -> changed(of, finding -> finding.put("count", -3));
      case 6 -> changed(of, finding -> finding.putNull("threads"));
      case 7 -> changed(of, finding -> finding.put("count", Long.MAX_VALUE));
      default -> changed(of, finding -> finding.put("fingerprint", "x".repeat(100_000)));
    };
  }

  /** A finding that is none of the usual. */
  static byte[] changed(Reports of, Consumer<ObjectNode> change) {
    ObjectNode node = (ObjectNode) Reports.tree(of.finding(UUID.randomUUID(), 0, 3, 100, "LEAKED"));
    change.accept(node);
    return utf8(node.toString());
  }

  private byte[] garbage(int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Puts something into some field, at any depth. */
  private void damage(ObjectNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    if (node.get(name) instanceof ObjectNode inner && random.nextBoolean()) {
      damage(inner);
      return;
    }
    switch (random.nextInt(12)) {
      case 0 -> node.remove(name);
      case 1 -> node.putNull(name);
      case 2 -> node.put(name, -1);
      case 3 -> node.put(name, Long.MAX_VALUE);
      case 4 -> node.put(name, BigInteger.TEN.pow(400));
      case 5 -> node.put(name, Double.NaN);
      case 6 -> node.put(name, "x".repeat(random.nextInt(200_000)));
      case 7 -> node.put(name, "+999999999-01-01T00:00:00Z");
      case 8 -> node.putObject(name).putArray("deep").addArray().addNull();
      case 9 -> node.putArray(name).add("\u0000\ud800");
      case 10 -> node.put(name, true);
      default -> node.put(name, "WORD");
    }
  }
}
