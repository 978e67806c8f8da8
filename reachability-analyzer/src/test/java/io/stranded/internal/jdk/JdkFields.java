package io.stranded.internal.jdk;

import java.util.List;
import java.util.stream.Stream;

/** Names the fields of the table for tests of other packages. */
public final class JdkFields {
  private JdkFields() {}

  /** All fields, such as {@code java.lang.Thread.tid}. */
  public static List<String> names() {
    return Stream.of(JdkField.values())
        .flatMap(row -> row.places().stream())
        .map(FieldPlace::toString)
        .distinct()
        .toList();
  }
}
