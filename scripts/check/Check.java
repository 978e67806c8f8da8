import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileJsonReader;
import io.stranded.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares what the demo found with what it had planted. Exits with 1 if something is wrong.
 *
 * <ul>
 *   <li>{@code show REPORT [coloured]}: prints a JSON report as {@code stranded} prints it as text
 *   <li>{@code planted REPORT TABLE THREADS}: every thread of the table is found with its cause, or
 *       not at all if it is healthy, and nothing else is found. THREADS is a thread dump, which
 *       proves that the threads are there
 *   <li>{@code same REPORT DELIVERED}: the messages of a topic are the findings of the report
 * </ul>
 */
public final class Check {
  private static final String HEALTHY = "healthy";
  private static final Pattern THREAD =
      Pattern.compile("^\"([^\"]+)\".*\\R\\s+java\\.lang\\.Thread\\.State: (\\w+)", Pattern.MULTILINE);

  private final List<String> problems = new ArrayList<>();

  private Check() {}

  public static void main(String[] args) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      files.add(Path.of(args[i]));
    }
    Check check = new Check();
    switch (args[0]) {
      case "show" -> show(files.get(0), args.length > 2 && args[2].equals("coloured"));
      case "planted" -> check.planted(files.get(0), files.get(1), files.get(2));
      case "same" -> check.same(files.get(0), files.get(1));
      default -> throw new IllegalArgumentException(args[0]);
    }
    if (!check.problems.isEmpty()) {
      check.problems.forEach(problem -> System.err.println("demo: " + problem));
      System.exit(1);
    }
  }

  private static void show(Path report, boolean coloured) throws IOException {
    for (LeakProfile profile : profiles(report)) {
      System.out.print(TextReport.of(profile, coloured));
    }
  }

  private void planted(Path report, Path table, Path threadDump) throws IOException {
    Map<String, String> causes = new TreeMap<>();
    for (LeakProfile profile : profiles(report)) {
      for (Finding finding : profile.findings()) {
        String cause =
            finding.verdict() == Verdict.LEAKED
                ? finding.cause().name()
                : finding.verdict() + " " + finding.cause();
        for (FoundThread thread : finding.threads()) {
          causes.put(thread.name(), cause);
        }
        if (finding.createdBy().isEmpty()) {
          problems.add("not told who created " + names(finding));
        }
      }
    }
    Map<String, String> states = states(threadDump);
    int found = 0;
    int healthy = 0;
    int waiting = 0;
    System.out.printf("%-22s%-28s%s%n", "THREAD", "PLANTED AS", "FOUND AS");
    for (Map.Entry<String, String> row : table(table).entrySet()) {
      String name = row.getKey();
      String expected = row.getValue();
      String cause = causes.remove(name);
      System.out.printf("%-22s%-28s%s%n", name, expected, cause == null ? "-" : cause);
      if (!states.containsKey(name)) {
        problems.add("the sample service has no thread " + name);
      } else if (expected.equals(HEALTHY)) {
        healthy++;
        if (states.get(name).equals("WAITING")) {
          waiting++;
        }
        if (cause != null) {
          problems.add("the healthy thread " + name + " is reported as " + cause);
        }
      } else if (expected.equals(cause)) {
        found++;
      } else {
        problems.add(
            name + " is " + (cause == null ? "not found" : "reported as " + cause)
                + ", expected " + expected);
      }
    }
    causes.forEach(
        (name, cause) -> problems.add("a thread nobody planted is reported: " + name + ", " + cause));
    System.out.println();
    if (problems.isEmpty()) {
      System.out.printf(
          "All %d planted leaks found with their causes; none of %d healthy threads named, %d of"
              + " which wait without a timeout too.%n",
          found, healthy, waiting);
    }
  }

  private void same(Path report, Path delivered) throws IOException {
    Map<String, Finding> reported = new LinkedHashMap<>();
    for (LeakProfile profile : profiles(report)) {
      profile.findings().forEach(finding -> reported.put(key(finding), finding));
    }
    Map<String, Finding> read = new LinkedHashMap<>();
    ObjectMapper mapper = new ObjectMapper();
    for (String line : Files.readAllLines(delivered)) {
      JsonNode message = mapper.readTree(line);
      // Delivery is at least once: a repeated message is no second finding.
      Finding finding = ProfileJsonReader.finding(message);
      read.put(key(finding), finding);
    }
    System.out.printf("%-18s%-28s%s%n", "FINGERPRINT", "CAUSE", "THREADS");
    for (Finding finding : read.values()) {
      System.out.printf(
          "%-18s%-28s%s%n", finding.fingerprint(), finding.cause(), names(finding));
      Finding original = reported.remove(key(finding));
      if (original == null) {
        problems.add("in the topic, but not in the report: " + key(finding));
      } else if (!original.equals(finding)) {
        problems.add("not the same in the topic as in the report: " + key(finding));
      }
    }
    reported.keySet().forEach(key -> problems.add("in the report, but not in the topic: " + key));
    System.out.println();
    if (problems.isEmpty()) {
      System.out.printf("All %d findings of the topic are those of the report, in every field.%n", read.size());
    }
  }

  private static String key(Finding finding) {
    return finding.fingerprint() + " " + finding.cause() + " " + names(finding);
  }

  private static String names(Finding finding) {
    return finding.threads().stream()
        .map(FoundThread::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static List<LeakProfile> profiles(Path report) throws IOException {
    return Files.readAllLines(report).stream().map(ProfileJsonReader::parse).toList();
  }

  private static Map<String, String> table(Path file) throws IOException {
    Map<String, String> table = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] row = line.trim().split("\\s+");
      table.put(row[0], row[1]);
    }
    return table;
  }

  private static Map<String, String> states(Path threadDump) throws IOException {
    Map<String, String> states = new TreeMap<>();
    Matcher thread = THREAD.matcher(Files.readString(threadDump));
    while (thread.find()) {
      states.put(thread.group(1), thread.group(2));
    }
    return states;
  }
}
