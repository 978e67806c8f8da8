package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.events.EventFields;
import io.stranded.events.EventNames;
import io.stranded.internal.recording.RecordedFact.EventsLost;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
  private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");

  private final EventDecoder decoder = new EventDecoder(UnaryOperator.identity());

  @Test
  void whatAnEventLeavesOpenIsEmpty() {
    Event event =
        new Event(
            EventNames.THREAD_PARK,
            Map.of(EventFields.THREAD_ID, 7L, EventFields.PARKED_SINCE, AT.minusSeconds(20)));

    assertThat(decoder.decode(event))
        .contains(new ParkReported(AT, 7, "", false, "", "", 0, 0, false, AT.minusSeconds(20), ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        EventNames.THREAD_START,
        EventNames.THREAD_PARK,
        EventNames.THREAD_UNPARK,
        EventNames.THREAD_EXIT,
        "jdk.ThreadStart",
        "jdk.ThreadEnd"
      })
  void eventOfNoThreadIsNoFact(String type) {
    assertThat(decoder.knows(type)).isTrue();
    assertThat(decoder.decode(new Event(type, Map.of("name", "somebody else's")))).isEmpty();
  }

  @Test
  void lossThatDoesNotTellItsSizeIsALoss() {
    assertThat(decoder.decode(new Event("jdk.DataLoss", Map.of())))
        .hasValueSatisfying(
            fact ->
                assertThat(fact)
                    .isInstanceOfSatisfying(
                        EventsLost.class, lost -> assertThat(lost.bytes()).isPositive()));
  }

  @Test
  void samplesTellWhoRan() {
    RawEvent.ThreadRef thread = new RawEvent.ThreadRef(7, "t");
    EventDecoder decoder = new EventDecoder(UnaryOperator.identity());
    assertThat(
            List.of(
                new Event("jdk.ExecutionSample", Map.of("sampledThread", thread)),
                new Event("jdk.ObjectAllocationSample", Map.of("eventThread", thread)),
                new Event("jdk.ObjectAllocationInNewTLAB", Map.of("eventThread", thread))))
        .allSatisfy(
            event -> assertThat(decoder.decode(event)).contains(new RecordedFact.ThreadRan(AT, 7)));
    assertThat(decoder.decode(new Event("jdk.ExecutionSample", Map.of()))).isEmpty();
  }

  private record Event(String type, Map<String, Object> fields) implements RawEvent {
    @Override
    public Duration lasted() {
      return Duration.ZERO;
    }

    @Override
    public Instant at() {
      return AT;
    }

    @Override
    public @Nullable Object value(String field) {
      return fields.get(field);
    }

    @Override
    public @Nullable Long number(String field) {
      return value(field) instanceof Long number ? number : null;
    }

    @Override
    public @Nullable Instant time(String field) {
      return value(field) instanceof Instant time ? time : null;
    }

    @Override
    public @Nullable ThreadRef thread(String field) {
      return value(field) instanceof ThreadRef thread ? thread : null;
    }

    @Override
    public List<String> creator() {
      return List.of();
    }
  }
}
