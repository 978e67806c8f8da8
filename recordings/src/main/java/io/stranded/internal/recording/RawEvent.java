package io.stranded.internal.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event as a library presents it. A field that is missing or of another type reads as null. */
interface RawEvent {
  /**
   * A Java thread that a field refers to.
   *
   * @param id {@code Thread.threadId()}
   */
  record ThreadRef(long id, String name) {}

  /** The name of its type, such as {@code jdk.ThreadStart}. */
  String type();

  /** When it ended. */
  Instant at();

  /** How long it took; nothing if it has no duration. */
  Duration lasted();

  /** As the library has it; null if there is no such field. */
  @Nullable Object value(String field);

  @Nullable Long number(String field);

  default @Nullable Boolean flag(String field) {
    return value(field) instanceof Boolean flag ? flag : null;
  }

  default @Nullable String text(String field) {
    return value(field) instanceof String text ? text : null;
  }

  @Nullable Instant time(String field);

  /** The Java thread in a field; null if it is a thread of the VM. */
  @Nullable ThreadRef thread(String field);

  /**
   * The stack of the thread that started another, innermost frame first, as {@link
   * FrameText#creator} leaves it; empty if it has none.
   */
  List<String> creator();
}
