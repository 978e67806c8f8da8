package io.stranded.internal.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.stranded.internal.files.HeldFile;
import io.stranded.internal.recording.FrameText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** Hears of waiting threads while they are read: there may be a million of them. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes one, and tells whether to read on. */
    boolean visit(long threadId, Waiter waiter);
  }

  private static final String FILE = "threads.json";
  private static final JsonFactory JSON = new JsonFactory();

  private ThreadSnapshot() {}

  /**
   * Takes one. The target walks the stacks one after the other and does not stand still.
   *
   * @param directory where the target can write, as we find it
   * @param visitor hears of each virtual thread that waits
   * @throws IOException if the target has no such dumps, or they cannot be read
   */
  public static void take(TargetJvm target, Path directory, Visitor visitor) throws IOException {
    try (TargetDirectory own =
        TargetDirectory.make(target.files(), directory, TargetDirectory.Kind.THREADS)) {
      own.handOver();
      target.dumpThreads(target.files().there(own.here(FILE)));
      own.takeBack();
      try (HeldFile file = own.open(FILE);
          JsonParser parser = JSON.createParser(file.bytes())) {
        read(parser, visitor);
      }
    }
  }

  /** Reads the fields that count of each object that has a {@code tid}. */
  private static void read(JsonParser parser, Visitor visitor) throws IOException {
    while (parser.nextToken() != null) {
      if (parser.currentToken() == JsonToken.FIELD_NAME && "threads".equals(parser.currentName())) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          if (!readThread(parser, visitor)) {
            return;
          }
        }
      }
    }
  }

  private static boolean readThread(JsonParser parser, Visitor visitor) throws IOException {
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
    return !isVirtual(stack)
        || !(state.isEmpty() ? isParked(stack) : state.equals("WAITING"))
        || visitor.visit(id, new Waiter(name, blocker, List.copyOf(stack)));
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
