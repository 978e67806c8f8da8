package io.stranded.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.stranded.recording.FrameText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The virtual threads of a JVM of 21 or later that are in a wait without a timeout, from the thread
 * dump in JSON that it writes. That is the only list of them that there is.
 */
public final class ThreadSnapshot {
  /**
   * A virtual thread that waits.
   *
   * @param name may be empty
   * @param blockerClass class of the object waited on; empty before JDK 24
   * @param stack frames, innermost first
   */
  public record Waiter(String name, String blockerClass, List<String> stack) {}

  private static final String FILE = "threads.json";
  private static final JsonFactory JSON = new JsonFactory();

  private ThreadSnapshot() {}

  /**
   * Takes one. The target walks the stacks one after the other and does not stand still.
   *
   * @param directory where the target can write, as we find it
   * @return waiting virtual threads by id
   * @throws IOException if the target has no such dumps, or they cannot be read
   */
  public static Map<Long, Waiter> take(TargetJvm target, Path directory) throws IOException {
    Path own = target.files().makePrivateDirectory(directory, "stranded-threads-");
    Path file = own.resolve(FILE);
    try {
      target.dumpThreads(target.files().there(file));
      try (JsonParser parser = JSON.createParser(file.toFile())) {
        return read(parser);
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(own);
    }
  }

  /** Reads the fields that count of each object that has a {@code tid}. */
  private static Map<Long, Waiter> read(JsonParser parser) throws IOException {
    Map<Long, Waiter> waiters = new HashMap<>();
    while (parser.nextToken() != null) {
      if (parser.currentToken() == JsonToken.FIELD_NAME && "threads".equals(parser.currentName())) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          readThread(parser, waiters);
        }
      }
    }
    return waiters;
  }

  private static void readThread(JsonParser parser, Map<Long, Waiter> waiters) throws IOException {
    long id = -1;
    String name = "";
    String state = "";
    String blocker = "";
    List<String> stack = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "tid" -> id = Long.parseLong(parser.getText());
        case "name" -> name = parser.getText();
        case "state" -> state = parser.getText();
        case "waitingOn" -> blocker = FrameText.typeOf(parser.getText());
        case "parkBlocker" -> blocker = readBlocker(parser);
        case "stack" -> {
          while (parser.nextToken() == JsonToken.VALUE_STRING) {
            stack.add(FrameText.plain(parser.getText()));
          }
        }
        default -> parser.skipChildren();
      }
    }
    if (isVirtual(stack) && (state.isEmpty() ? isParked(stack) : state.equals("WAITING"))) {
      waiters.put(id, new Waiter(name, blocker, List.copyOf(stack)));
    }
  }

  private static String readBlocker(JsonParser parser) throws IOException {
    String type = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean object = "object".equals(parser.currentName());
      parser.nextToken();
      if (object) {
        type = FrameText.typeOf(parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    return type;
  }

  private static boolean isVirtual(List<String> stack) {
    return !stack.isEmpty()
        && stack.get(stack.size() - 1).startsWith("java.lang.VirtualThread.run");
  }

  private static boolean isParked(List<String> stack) {
    return innermost(stack).anyMatch(frame -> frame.startsWith("java.lang.VirtualThread.park("))
        && innermost(stack).noneMatch(frame -> frame.contains("Nanos"));
  }

  private static Stream<String> innermost(List<String> stack) {
    return stack.stream().limit(5);
  }
}
