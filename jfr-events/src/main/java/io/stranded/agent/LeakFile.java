package io.stranded.agent;

import io.stranded.events.Leak;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * A finding that a tool hands over, as a file of properties in UTF-8 whose keys are the fields of
 * {@code stranded.ThreadLeak}.
 */
final class LeakFile {
  private static final Set<String> FIELDS =
      Set.of(
          "cause",
          "confidence",
          "fingerprint",
          "threadId",
          "threadName",
          "virtual",
          "threads",
          "blockerClass",
          "summary",
          "pinnedBytes",
          "creationStack");

  private final Path file;
  private final Properties properties = new Properties();

  private LeakFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException naming the file and what is wrong with it
   */
  static Leak read(Path file) {
    LeakFile leak = new LeakFile(file);
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      leak.properties.load(reader);
    } catch (NoSuchFileException e) {
      throw leak.wrong("there is no such file");
    } catch (IOException | IllegalArgumentException e) {
      throw leak.wrong(e.toString());
    }
    return leak.parse();
  }

  private Leak parse() {
    Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw wrong("there is no field " + unknown.iterator().next());
    }
    return new Leak(
        required("cause"),
        required("confidence"),
        required("fingerprint"),
        number("threadId", 1, Long.MAX_VALUE),
        properties.getProperty("threadName", ""),
        Boolean.parseBoolean(properties.getProperty("virtual")),
        (int) number("threads", 1, Integer.MAX_VALUE),
        properties.getProperty("blockerClass"),
        required("summary"),
        number("pinnedBytes", -1, Long.MAX_VALUE),
        properties.getProperty("creationStack"));
  }

  private String required(String field) {
    String value = properties.getProperty(field);
    if (value == null) {
      throw wrong(field + " is missing");
    }
    return value;
  }

  private long number(String field, long least, long most) {
    String value = required(field);
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Answered below, as any other value that is out of range.
    }
    throw wrong(field + " is " + value);
  }

  private IllegalArgumentException wrong(String reason) {
    return new IllegalArgumentException(file + ": " + reason);
  }
}
