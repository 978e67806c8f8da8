package io.stranded.internal.recording;

import io.stranded.internal.recording.DumpedThread.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of {@code jcmd Thread.print}, which the JDK also puts into {@code jdk.ThreadDump}
 * events. Lines that it does not know are passed over.
 */
final class ThreadDumpParser {
  private static final Pattern HEADER = Pattern.compile("^\"(.*)\" #(\\d+) (.*)$");
  private static final Pattern CPU = Pattern.compile("\\bcpu=(\\S+)");
  private static final Pattern ELAPSED =
      Pattern.compile("\\belapsed=(\\d{1,12}(?:\\.\\d{1,9})?)s\\b");
  private static final Pattern STATE =
      Pattern.compile("^\\s+java\\.lang\\.Thread\\.State: (\\w+)(?: \\(([^)]*)\\))?.*$");
  private static final Pattern FRAME = Pattern.compile("^\\s+at (.+)$");
  private static final Pattern OBJECT =
      Pattern.compile(
          "^\\s+- (parking to wait for|waiting on|waiting to lock|waiting to re-lock in wait\\(\\)"
              + "|locked)\\s+<(0x[0-9a-f]+|[^>]*)>(?: \\(an? (.*)\\))?.*$");
  private static final Pattern INITIALIZED =
      Pattern.compile("^\\s+- waiting on the Class initialization monitor for (\\S+)$");
  private static final Pattern DEADLOCKED = Pattern.compile("^\"(.*)\":$");
  private static final String DEADLOCK = "Found one Java-level deadlock";
  private static final String DEADLOCK_STACKS = "Java stack information for the threads";

  private final Map<Long, Partial> threads = new LinkedHashMap<>();
  private final Map<String, Long> holders = new HashMap<>();
  private final Set<String> deadlocked = new HashSet<>();

  private ThreadDumpParser() {}

  /** The Java threads of a dump, in its order. */
  static List<DumpedThread> parse(String text) {
    ThreadDumpParser parser = new ThreadDumpParser();
    parser.readAll(text);
    return parser.threads.values().stream().map(parser::finish).toList();
  }

  private void readAll(String text) {
    Partial current = null;
    boolean deadlock = false;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.startsWith(DEADLOCK)) {
        deadlock = true;
        current = null;
      } else if (line.startsWith(DEADLOCK_STACKS)) {
        deadlock = false;
      } else if (deadlock) {
        Matcher name = DEADLOCKED.matcher(line);
        if (name.matches()) {
          deadlocked.add(name.group(1));
        }
      } else if (line.startsWith("\"")) {
        current = header(line);
      } else if (line.isBlank()) {
        current = null;
      } else if (current != null) {
        body(current, line);
      }
    }
  }

  private @Nullable Partial header(String line) {
    Matcher header = HEADER.matcher(line);
    if (!header.matches() || header.group(2).length() > 18) {
      return null; // threads of the VM have no number
    }
    Matcher cpu = CPU.matcher(header.group(3));
    Partial thread =
        new Partial(
            Long.parseLong(header.group(2)), header.group(1), cpu.find() ? cpu.group(1) : "");
    Matcher elapsed = ELAPSED.matcher(header.group(3));
    if (elapsed.find()) {
      double millis = 1000 * Double.parseDouble(elapsed.group(1));
      thread.elapsed = Optional.of(Duration.ofMillis((long) Math.ceil(millis)));
    }
    threads.put(thread.id, thread);
    return thread;
  }

  private void body(Partial thread, String line) {
    Matcher frame = FRAME.matcher(line);
    if (frame.matches()) {
      thread.stack.add(FrameText.plain(frame.group(1)));
      return;
    }
    Matcher object = OBJECT.matcher(line);
    if (object.matches()) {
      if (object.group(1).equals("locked")) {
        // A thread in Object.wait() has let go of what its frames still list as locked.
        if (!object.group(2).equals(thread.blocker)) {
          holders.put(object.group(2), thread.id);
        }
      } else if (thread.blocker.isEmpty() && object.group(2).startsWith("0x")) {
        thread.blocker = object.group(2);
        thread.blockerType = object.group(3) == null ? "" : object.group(3);
      }
      return;
    }
    Matcher initialized = INITIALIZED.matcher(line);
    if (initialized.matches()) {
      thread.awaitedClass = initialized.group(1);
      return;
    }
    Matcher state = STATE.matcher(line);
    if (state.matches()) {
      thread.state = stateOf(state.group(1), state.group(2));
    }
  }

  private static State stateOf(String state, @Nullable String detail) {
    return switch (state) {
      case "BLOCKED" -> State.BLOCKED;
      case "WAITING" -> "parking".equals(detail) ? State.PARKED : State.WAITING;
      default -> State.OTHER;
    };
  }

  private DumpedThread finish(Partial thread) {
    Optional<Long> owner =
        thread.state == State.BLOCKED
            ? Optional.ofNullable(holders.get(thread.blocker))
            : Optional.empty();
    return new DumpedThread(
        thread.id,
        thread.name,
        thread.cpu,
        thread.elapsed,
        thread.state,
        thread.blockerType,
        thread.blocker,
        thread.awaitedClass,
        FrameText.visible(thread.stack),
        owner,
        thread.state != State.OTHER && deadlocked.contains(thread.name));
  }

  /** A thread as far as it was read. */
  private static final class Partial {
    private final long id;
    private final String name;
    private final String cpu;
    private final List<String> stack = new ArrayList<>();
    private Optional<Duration> elapsed = Optional.empty();
    private State state = State.OTHER;
    private String blocker = "";
    private String blockerType = "";
    private String awaitedClass = "";

    Partial(long id, String name, String cpu) {
      this.id = id;
      this.name = name;
      this.cpu = cpu;
    }
  }
}
