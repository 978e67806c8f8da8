package io.stranded.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Life;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** Findings as JVMs report them, made by hand. */
record Reports(String fingerprint, String service, String version, String instance) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  /** The time of minute 0 and later. */
  static Instant minute(int minutes) {
    return START.plusSeconds(60L * minutes);
  }

  byte[] key() {
    return utf8(fingerprint + "|" + instance);
  }

  /** A finding that is no repeat of any other. */
  byte[] leaked(int minute, int threads, long pinnedBytes) {
    return finding(UUID.randomUUID(), minute, threads, pinnedBytes, "LEAKED");
  }

  /** The same, as a watch tells it at a stage of its life, with threads that only events show. */
  byte[] leaked(int minute, int threads, long further, Life.Stage stage) {
    ObjectNode node = (ObjectNode) tree(leaked(minute, threads, 100));
    node.putObject("life")
        .put("stage", stage.name())
        .put("firstSeen", minute(0).toString())
        .put("lastSeen", minute(minute).toString())
        .put("further", further);
    return utf8(node.toString());
  }

  /** A finding that has another fingerprint where less is known of it. */
  static byte[] alias(byte[] finding, String alias) {
    ObjectNode node = (ObjectNode) tree(finding);
    node.putArray("aliases").add(alias);
    return utf8(node.toString());
  }

  /** A finding of which is known who created its threads, and why it is believed. */
  static byte[] created(byte[] finding, String creator, String evidence) {
    ObjectNode node = (ObjectNode) tree(finding);
    node.putArray("createdBy").add("java.lang.Thread.start(Thread.java:809)").add(creator);
    node.putArray("evidence").add(evidence);
    return utf8(node.toString());
  }

  byte[] finding(UUID id, int minute, int threads, long pinnedBytes, String verdict) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("schema", "https://stranded.io/schema/finding/1");
    node.put("takenAt", minute(minute).toString());
    ObjectNode target = node.putObject("target");
    target.put("service.name", service);
    if (!version.isEmpty()) {
      target.put("service.version", version);
    }
    target.put("service.instance.id", instance);
    target.put("host.name", "host");
    target.put("process.pid", 1);
    target.put("process.runtime.version", "17");
    node.putNull("dump");
    node.put("id", id.toString().replace("-", ""));
    node.put("fingerprint", fingerprint);
    node.put("verdict", verdict);
    node.put("confidence", verdict.equals("SUSPECT") ? null : "PROVEN");
    node.put("cause", "LATCH_NEVER_COUNTED_DOWN");
    node.put("summary", "waits");
    ObjectNode blockedOn = node.putObject("blockedOn");
    blockedOn.put("type", "java.util.concurrent.CountDownLatch").put("kind", "parked");
    blockedOn.putObject("state").put("count", 1);
    node.put("count", threads);
    node.put("pinnedBytes", pinnedBytes);
    node.putArray("stack")
        .add("java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)")
        .add("app.Import.run(Import.java:" + (17 + minute) + ")");
    node.putNull("createdBy");
    // As a message that was cut: fewer in the list than are counted.
    ArrayNode list = node.putArray("threads");
    list.addObject().put("name", "t").put("id", 1).put("virtual", false).putNull("parkedForMillis");
    node.putArray("evidence");
    return utf8(node.toString());
  }

  /** What only an interrupt could end. */
  byte[] stuck(int minute, int threads, long pinnedBytes) {
    ObjectNode node = (ObjectNode) tree(leaked(minute, threads, pinnedBytes));
    return utf8(node.put("confidence", "INTERRUPT_ONLY").toString());
  }

  byte[] stuckKey() {
    return utf8(fingerprint + "|" + instance + "|stuck");
  }

  static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
