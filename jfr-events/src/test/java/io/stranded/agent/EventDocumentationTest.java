package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.events.EventFields;
import io.stranded.events.EventNames;
import io.stranded.events.EveryPark;
import io.stranded.events.Heartbeat;
import io.stranded.events.ThreadExit;
import io.stranded.events.ThreadLeak;
import io.stranded.events.ThreadPark;
import io.stranded.events.ThreadStart;
import io.stranded.events.ThreadUnpark;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Configuration;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventDocumentationTest {
  private static final Pattern FIELD = Pattern.compile("(?m)^\\| `(\\w+)` \\|");
  private static final Set<String> OF_EVERY_EVENT =
      Set.of("startTime", "duration", "eventThread", "stackTrace");

  static List<Class<? extends Event>> events() {
    return List.of(
        ThreadStart.class,
        ThreadPark.class,
        ThreadUnpark.class,
        ThreadExit.class,
        ThreadLeak.class,
        EveryPark.class,
        Heartbeat.class);
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyFieldIsDocumentedInOrder(Class<? extends Event> event) throws IOException {
    EventType type = EventType.getEventType(event);

    String text = Files.readString(Path.of("..", "docs", "events.md"));
    String section = text.substring(text.indexOf("\n### `" + type.getName() + "`\n") + 1);
    section = section.substring(0, section.indexOf("\n#"));

    assertThat(FIELD.matcher(section).results().map(match -> match.group(1)).toList())
        .as(type.getName())
        .isEqualTo(fields(event));
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyEventAndFieldHasALabelAndACategory(Class<? extends Event> event) {
    EventType type = EventType.getEventType(event);

    assertThat(type.getLabel()).isNotBlank();
    assertThat(type.getDescription()).isNotBlank();
    assertThat(type.getCategoryNames()).containsExactly("Stranded");
    assertThat(type.getFields()).allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
  }

  @Test
  void consumersReadEventsByTheirNames() throws Exception {
    assertThat(constants(EventNames.class)).containsExactlyInAnyOrderElementsOf(ours());
  }

  @Test
  void consumersReadFieldsByTheirNames() throws Exception {
    assertThat(constants(EventFields.class))
        .containsExactlyInAnyOrderElementsOf(fields(ThreadPark.class));
    assertThat(fields(ThreadUnpark.class))
        .contains(EventFields.THREAD_ID, EventFields.PARKED_SINCE);
    for (Class<? extends Event> event : List.of(ThreadStart.class, ThreadExit.class)) {
      assertThat(fields(event))
          .as(event.getName())
          .contains(EventFields.THREAD_ID, EventFields.THREAD_NAME, EventFields.VIRTUAL);
    }
  }

  @Test
  void settingsForProductionTurnOnAllButEveryPark() throws Exception {
    List<String> all = new ArrayList<>(ours());
    all.remove("stranded.EveryPark");

    assertThat(enabledBy("stranded.jfc")).containsAll(all).doesNotContain("stranded.EveryPark");
  }

  @Test
  void settingsForDebuggingTurnOnEveryEvent() throws Exception {
    assertThat(enabledBy("stranded-debug.jfc")).containsAll(ours());
  }

  @Test
  void everyOptionIsDocumented() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "events.md"));

    assertThat(text).contains("| `threshold` | `10s` |", "| `period` | `1s`,", "| `disable` |");
    assertThat(text).contains("| `stackDepth` | `64`, 1 to 2048 |");
  }

  private static List<String> fields(Class<? extends Event> event) {
    return EventType.getEventType(event).getFields().stream()
        .map(ValueDescriptor::getName)
        .filter(field -> !OF_EVERY_EVENT.contains(field))
        .toList();
  }

  private static List<String> constants(Class<?> names) throws IllegalAccessException {
    List<String> values = new ArrayList<>();
    for (Field constant : names.getFields()) {
      values.add((String) constant.get(null));
    }
    return values;
  }

  private static List<String> ours() {
    return events().stream().map(event -> EventType.getEventType(event).getName()).toList();
  }

  private static Set<String> enabledBy(String file) throws IOException, ParseException {
    Configuration settings =
        Configuration.create(Path.of("src/main/resources/io/stranded/events", file));
    return settings.getSettings().entrySet().stream()
        .filter(setting -> setting.getKey().endsWith("#enabled"))
        .filter(setting -> setting.getValue().equals("true"))
        .map(setting -> setting.getKey().replace("#enabled", ""))
        .collect(Collectors.toSet());
  }
}
