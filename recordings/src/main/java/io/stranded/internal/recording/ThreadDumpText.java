package io.stranded.internal.recording;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads thread dumps that are text: of {@code Thread.print}, or of {@code Thread.dump_to_file}. */
final class ThreadDumpText {
  private static final Pattern START = Pattern.compile("^Full thread dump ", Pattern.MULTILINE);
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
  private static final Pattern FILED_START =
      Pattern.compile("^\\d+\\R\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\R", Pattern.MULTILINE);
  private static final Pattern FILED =
      Pattern.compile("^#(\\d{1,18}) \"(.*)\"(?: virtual)?(?: [A-Z_]+ \\S+)?\\s*$");
  private static final Pattern FRAME =
      Pattern.compile("^\\s+(?:at )?([\\w$][^\\s(]*\\(.*\\))\\s*$");
  private static final Pattern MONITOR =
      Pattern.compile("^\\s+- (waiting to lock|locked) <([^>]+)>.*$");

  private ThreadDumpText() {}

  /** What a dump tells, the last if there are several; nothing if it is none. */
  static ToldThreads read(String text) {
    String last = last(text);
    boolean filed =
        !START.matcher(last).find() && last.lines().anyMatch(l -> FILED.matcher(l).matches());
    return filed ? filed(last) : printed(last);
  }

  /** The last of the dumps in a text. */
  static String last(String text) {
    List<String> dumps = dumps(text);
    return dumps.get(dumps.size() - 1);
  }

  /** The dumps in a text as they follow each other, each with the time above it: at least one. */
  static List<String> dumps(String text) {
    boolean printed = START.matcher(text).find();
    List<String> dumps = new ArrayList<>();
    int from = 0;
    Matcher start = (printed ? START : FILED_START).matcher(text);
    for (boolean first = true; start.find(); first = false) {
      if (!first) {
        int next = printed ? dateAbove(text, start.start()) : start.start();
        dumps.add(text.substring(from, next));
        from = next;
      }
    }
    dumps.add(text.substring(from));
    return dumps;
  }

  /** Where the line with the time is, or else the dump itself begins. */
  private static int dateAbove(String text, int start) {
    int line = text.lastIndexOf('\n', Math.max(0, start - 2)) + 1;
    return DATE.matcher(text.substring(line, start).strip()).matches() ? line : start;
  }

  private static ToldThreads printed(String text) {
    Map<Long, String> names = new HashMap<>();
    Map<Long, List<String>> stacks = new HashMap<>();
    Map<Long, Long> owners = new HashMap<>();
    Map<Long, String> monitors = new HashMap<>();
    Map<Long, String> awaited = new HashMap<>();
    for (DumpedThread thread : ThreadDumpParser.parse(text)) {
      if (!thread.awaitedClass().isEmpty()) {
        awaited.put(thread.id(), thread.awaitedClass());
      }
      thread.owner().ifPresent(owner -> owners.put(thread.id(), owner));
      thread.monitorType().ifPresent(type -> monitors.put(thread.id(), type));
      names.put(thread.id(), thread.name());
      stacks.put(thread.id(), thread.stack());
    }
    return new ToldThreads(names, stacks, owners, monitors, awaited);
  }

  private static ToldThreads filed(String text) {
    ToldThreads.Builder told = new ToldThreads.Builder();
    long id = 0;
    String name = "";
    List<String> stack = new ArrayList<>();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      Matcher header = FILED.matcher(line);
      Matcher frame = FRAME.matcher(line);
      Matcher monitor = MONITOR.matcher(line);
      if (header.matches()) {
        if (id > 0) {
          told.thread(id, name, stack);
        }
        id = Long.parseLong(header.group(1));
        name = header.group(2);
        stack = new ArrayList<>();
      } else if (id > 0 && monitor.matches()) {
        if (monitor.group(1).equals("locked")) {
          told.owning(id, monitor.group(2));
        } else {
          told.entering(id, monitor.group(2));
        }
      } else if (id > 0 && frame.matches()) {
        stack.add(FrameText.plain(frame.group(1)));
      }
    }
    if (id > 0) {
      told.thread(id, name, stack);
    }
    return told.build();
  }
}
