package io.stranded.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.report.ProfileJson;
import io.stranded.report.ProfileJsonReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a watcher must not forget of one JVM when it is restarted.
 *
 * @param target the JVM
 * @param savedAt when
 * @param dumps how many heap dumps were taken
 * @param lastDump when the last of them was; {@link Instant#EPOCH} if there was none
 * @param findings those that are open, with what was last reported of each
 * @param judged what dumps have shown of groups of threads
 * @param pending a report that may not have reached every sink
 * @param owed what sinks have refused, by their names
 */
record TargetState(
    Target target,
    Instant savedAt,
    int dumps,
    Instant lastDump,
    Map<Finding, OpenFinding.Told> findings,
    Map<String, JudgedGroups.Judgement> judged,
    Optional<LeakProfile> pending,
    Map<String, List<PatientSink.Owed>> owed) {
  private static final String SCHEMA = "https://stranded.io/schema/watch-state/1";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  String toJson() {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("schema", SCHEMA);
    node.set("target", ProfileJson.toNode(target));
    node.put("savedAt", savedAt.toString());
    node.put("dumps", dumps);
    node.put("lastDump", lastDump.toString());
    ArrayNode open = node.putArray("findings");
    findings.forEach(
        (finding, told) ->
            open.add(
                ProfileJson.toNode(finding)
                    .put("told", told.threads())
                    .put("reported", told.waiting())));
    ObjectNode groups = node.putObject("judged");
    judged.forEach(
        (key, judgement) ->
            groups
                .putObject(key)
                .put("size", judgement.size())
                .put("proven", judgement.proven())
                .put("at", judgement.at().toString()));
    node.set("pending", pending.<JsonNode>map(ProfileJson::toNode).orElse(null));
    ObjectNode sinks = node.putObject("owed");
    owed.forEach(
        (sink, reports) -> {
          ArrayNode list = sinks.putArray(sink);
          for (PatientSink.Owed each : reports) {
            ObjectNode one = list.addObject().put("known", each.known());
            one.set("report", ProfileJson.toNode(each.report()));
          }
        });
    return node.toString();
  }

  /**
   * Reads it back.
   *
   * @throws IllegalArgumentException if the text is no state; one line
   */
  static TargetState parse(String json) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    if (!SCHEMA.equals(node.path("schema").asText())) {
      throw new IllegalArgumentException("schema: expected " + SCHEMA);
    }
    try {
      return read(node);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expected an ISO-8601 instant: " + e.getMessage(), e);
    }
  }

  private static TargetState read(JsonNode node) {
    Map<Finding, OpenFinding.Told> findings = new LinkedHashMap<>();
    for (JsonNode finding : node.path("findings")) {
      long waiting = finding.path("reported").asLong();
      findings.put(
          ProfileJsonReader.finding(finding),
          new OpenFinding.Told(finding.path("told").asLong(waiting), waiting));
    }
    Map<String, JudgedGroups.Judgement> judged = new LinkedHashMap<>();
    node.path("judged")
        .properties()
        .forEach(
            group ->
                judged.put(
                    group.getKey(),
                    new JudgedGroups.Judgement(
                        group.getValue().path("size").asInt(),
                        group.getValue().path("proven").asInt(),
                        Instant.parse(group.getValue().path("at").asText()))));
    JsonNode pending = node.path("pending");
    return new TargetState(
        ProfileJsonReader.target(node.path("target")),
        Instant.parse(node.path("savedAt").asText()),
        node.path("dumps").asInt(),
        Instant.parse(node.path("lastDump").asText()),
        findings,
        judged,
        pending.isObject()
            ? Optional.of(ProfileJsonReader.parse(pending.toString()))
            : Optional.empty(),
        owed(node.path("owed")));
  }

  private static Map<String, List<PatientSink.Owed>> owed(JsonNode node) {
    Map<String, List<PatientSink.Owed>> owed = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> sink : node.properties()) {
      List<PatientSink.Owed> reports = new ArrayList<>();
      for (JsonNode each : sink.getValue()) {
        LeakProfile report = ProfileJsonReader.parse(each.path("report").toString());
        if (!report.findings().isEmpty()) {
          reports.add(new PatientSink.Owed(report, each.path("known").asBoolean()));
        }
      }
      owed.put(sink.getKey(), reports);
    }
    return owed;
  }

  /** The findings that are open, as a report to somebody who has never heard of them. */
  LeakProfile opened() {
    List<Finding> opened = new ArrayList<>();
    for (Finding finding : findings.keySet()) {
      Life life = finding.life().orElseThrow();
      opened.add(
          finding.at(
              new Life(Life.Stage.OPENED, life.firstSeen(), life.lastSeen()), finding.threads()));
    }
    return new LeakProfile(
        Optional.of(target),
        savedAt,
        Optional.empty(),
        ThreadCounts.of(0, 0, opened),
        opened,
        List.of());
  }
}
