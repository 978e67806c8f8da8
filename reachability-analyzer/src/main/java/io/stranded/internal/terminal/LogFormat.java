package io.stranded.internal.terminal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a line of the log looks like. */
public enum LogFormat {
  /** For a person at a terminal. */
  TERMINAL {
    @Override
    public String line(Instant at, String level, String message) {
      return "stranded: " + message;
    }
  },
  /** For a file. */
  TEXT {
    @Override
    public String line(Instant at, String level, String message) {
      return at.truncatedTo(ChronoUnit.MILLIS) + " stranded: " + message;
    }
  },
  /** For programs: an object in each line. */
  JSON {
    @Override
    public String line(Instant at, String level, String message) {
      return "{\"at\":\"%s\",\"level\":\"%s\",\"message\":\"%s\"}"
          .formatted(at.truncatedTo(ChronoUnit.MILLIS), level, escaped(message));
    }
  };

  /** What {@code --log-format} takes. */
  public enum Choice {
    /** With the time where it is not written to a terminal. */
    TEXT,
    /** An object in each line. */
    JSON;

    /** The format on a terminal, or not on one. */
    public LogFormat on(boolean terminal) {
      return switch (this) {
        case TEXT -> terminal ? TERMINAL : LogFormat.TEXT;
        case JSON -> LogFormat.JSON;
      };
    }
  }

  /**
   * One line.
   *
   * @param level such as {@code info}
   */
  public abstract String line(Instant at, String level, String message);

  /** Has the warnings of libraries look the same. */
  public void takeOver() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFormatter(
          new Formatter() {
            @Override
            public String format(LogRecord logged) {
              String level = logged.getLevel().getName().toLowerCase(Locale.ROOT);
              return line(logged.getInstant(), level, formatMessage(logged))
                  + System.lineSeparator();
            }
          });
    }
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
