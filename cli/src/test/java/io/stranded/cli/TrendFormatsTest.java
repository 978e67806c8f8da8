package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.finding.Target;
import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.Trend.Point;
import io.stranded.internal.trend.TrendLimits;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A recording of an hour, whose count of all threads began after half of it. */
class TrendFormatsTest {
  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
  private static final TrendReport REPORT =
      new TrendReport(
          Optional.of(new Target("shop", "1", Target.UNKNOWN, 0, "17")),
          START,
          START.plusSeconds(3600),
          trend(1800, 3600),
          List.of(
              new TrendReport.Group(
                  "app.Main.start", List.of("a.B.c(B.java:1)"), 9, 2, trend(0, 3600))),
          List.of("a note"));

  @Test
  void allPlotsHaveOneAxisOfTime() {
    Matcher path =
        Pattern.compile(
                "<path d=\"M([\\d.]+) [^\"]*L([\\d.]+) [^\"L]*\" fill=\"none\" stroke=\"#2563eb\"")
            .matcher(TrendPicture.of(REPORT, 9));
    assertThat(path.find()).isTrue();
    double allFrom = Double.parseDouble(path.group(1));
    double allTo = Double.parseDouble(path.group(2));
    assertThat(path.find()).isTrue();
    double from = Double.parseDouble(path.group(1));
    assertThat(Double.parseDouble(path.group(2))).isEqualTo(allTo);
    assertThat(allFrom).isEqualTo((from + allTo) / 2);
    assertThat(TrendText.of(REPORT, 9).lines())
        .anyMatch(line -> line.matches("5 \u2502 {32}\u2588+"))
        .anyMatch(line -> line.endsWith("1 h 0 min"));
  }

  @Test
  void titleNamesWhatIsKnown() {
    assertThat(TrendWords.title(REPORT)).startsWith("Threads in shop, 2026-11-28T10:00:00Z to");
  }

  @Test
  void jsonHasAllThatThePicturesShow() throws IOException {
    String line = TrendJson.of(REPORT, 9);
    assertThat(line).endsWith("\n").containsOnlyOnce("\n");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.path("schema").asText()).isEqualTo("https://stranded.io/schema/trend/1");
    assertThat(json.path("target").path("service.name").asText()).isEqualTo("shop");
    assertThat(json.path("all").path("shape").asText()).isEqualTo("steady");
    assertThat(json.path("all").path("points")).hasSize(31);
    assertThat(json.path("places").path(0).path("started").asInt()).isEqualTo(9);
    assertThat(json.path("places").path(0).path("createdBy").path(0).asText())
        .isEqualTo("a.B.c(B.java:1)");
    assertThat(json.path("notes").path(0).asText()).isEqualTo("a note");
  }

  private static Trend trend(int from, int to) {
    List<Point> points = new ArrayList<>();
    for (int second = from; second <= to; second += 60) {
      points.add(new Point(START.plusSeconds(second), 5, 5, 5, 0, 0));
    }
    return Trend.of(points, TrendLimits.DEFAULTS);
  }
}
