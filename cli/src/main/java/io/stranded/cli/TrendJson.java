package io.stranded.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Trend;
import io.stranded.report.ProfileJson;
import java.util.Locale;

/** Trends as JSON, a line for each JVM. */
final class TrendJson {
  private static final String SCHEMA = "https://stranded.io/schema/trend/1";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TrendJson() {}

  static String of(TrendReport report, int top) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("schema", SCHEMA);
    node.set("target", report.target().map(ProfileJson::toNode).orElse(null));
    node.put("start", report.start().toString());
    node.put("end", report.end().toString());
    put(node.putObject("all"), report.all());
    ArrayNode places = node.putArray("places");
    for (TrendReport.Group group : report.groups().stream().limit(top).toList()) {
      ObjectNode place = places.addObject();
      place.put("name", group.name());
      place.put("started", group.started());
      place.put("ended", group.ended());
      group.creator().forEach(place.withArray("createdBy")::add);
      put(place, group.trend());
    }
    node.put("morePlaces", Math.max(0, report.groups().size() - top));
    report.notes().forEach(node.putArray("notes")::add);
    return node + "\n";
  }

  private static void put(ObjectNode node, Trend trend) {
    node.put("now", trend.now());
    node.put("shape", trend.shape().name().toLowerCase(Locale.ROOT));
    node.put("rises", trend.shape().rises());
    node.put("perHour", trend.perHour());
    node.put("level", trend.level().name().toLowerCase(Locale.ROOT));
    trend.baseline().ifPresent(baseline -> node.put("baseline", baseline));
    ArrayNode points = node.putArray("points");
    for (Trend.Point point : trend.points()) {
      ObjectNode at = points.addObject();
      at.put("at", point.at().toString());
      at.put("count", point.count());
      at.put("started", point.started());
      at.put("ended", point.ended());
    }
  }
}
