package io.stranded.internal.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads thread dumps that are JSON: of {@code Thread.dump_to_file -format=json}, whose numbers are
 * texts up to format 1 and numbers from format 2 on, or of the actuator of Spring Boot.
 */
final class ThreadDumpJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ThreadDumpJson() {}

  /**
   * What the last dump in a text tells; nothing if it is none.
   *
   * @throws UnreadableRecordingException if it is no JSON
   */
  static ToldThreads read(Path file, String text) throws IOException {
    JsonNode last = MissingNode.getInstance();
    try (MappingIterator<JsonNode> dumps = MAPPER.readerFor(JsonNode.class).readValues(text)) {
      while (dumps.hasNextValue()) {
        last = dumps.nextValue();
      }
    } catch (JsonProcessingException e) {
      throw new UnreadableRecordingException(file, "not JSON: " + e.getOriginalMessage(), e);
    }
    ToldThreads.Builder told = new ToldThreads.Builder();
    for (JsonNode container : last.path("threadDump").path("threadContainers")) {
      container.path("threads").forEach(thread -> filed(thread, told));
    }
    last.path("threads").forEach(thread -> actuator(thread, told));
    return told.build();
  }

  private static void filed(JsonNode thread, ToldThreads.Builder told) {
    long id = thread.path("tid").asLong();
    List<String> stack = new ArrayList<>();
    thread.path("stack").forEach(frame -> stack.add(FrameText.plain(frame.asText())));
    told.thread(id, thread.path("name").asText(), stack);
    if (thread.path("blockedOn").isTextual()) {
      told.entering(id, thread.path("blockedOn").asText());
    }
    for (JsonNode owned : thread.path("monitorsOwned")) {
      owned.path("locks").forEach(lock -> told.owning(id, lock.asText()));
    }
  }

  private static void actuator(JsonNode thread, ToldThreads.Builder told) {
    long id = thread.path("threadId").asLong();
    List<String> stack = new ArrayList<>();
    for (JsonNode frame : thread.path("stackTrace")) {
      boolean isNative = frame.path("nativeMethod").asBoolean();
      String line = frame.path("lineNumber").asInt() > 0 ? ":" + frame.path("lineNumber") : "";
      String place = isNative ? "Native Method" : frame.path("fileName").asText() + line;
      stack.add(
          frame.path("className").asText()
              + "."
              + frame.path("methodName").asText()
              + "("
              + place
              + ")");
    }
    told.thread(id, thread.path("threadName").asText(), stack);
    if (thread.path("threadState").asText().equals("BLOCKED")) {
      JsonNode lock = thread.path("lockInfo");
      told.entering(
          id,
          lock.path("className").asText()
              + "@"
              + Integer.toHexString(lock.path("identityHashCode").asInt()));
      long owner = thread.path("lockOwnerId").asLong(-1);
      if (owner > 0) {
        told.owner(id, owner);
      }
    }
  }
}
