package io.stranded.silence;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.RecordingAnalyzer;
import io.stranded.internal.recording.ReplayOptions;
import io.stranded.silence.servers.Kind;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Records servers under load with the settings that the JDK has, for a minute and for more, lets
 * them end in every way, and tells whom a replay of the recordings suspects.
 */
public final class RecordedSilence {
  private static final String PROGRAM = "silence-recordings";
  private static final List<String> SETTINGS = List.of("default", "profile");

  private final Path root;
  private final Path directory;
  private List<Kind> servers = List.of(Kind.values());
  private List<Integer> releases = List.of(17, 25);
  private List<Integer> seconds = List.of(60, 600);
  private List<Ending> endings = List.of(Ending.values());
  private Optional<Path> kept = Optional.empty();
  private int recordings;
  private long threads;
  private int suspects;
  private int missed;
  private boolean failed;

  /** A recording that goes on. */
  private record Run(ForkedJvm jvm, Ending ending, Path file, Path data) {}

  private RecordedSilence(Path root, Path directory) {
    this.root = root;
    this.directory = directory;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Scratch.create(PROGRAM);
    RecordedSilence silence =
        new RecordedSilence(Path.of(System.getProperty("stranded.root")), directory);
    try {
      silence.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("silence-recordings: " + e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(silence.run());
  }

  private void parse(String[] args) {
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value");
      }
      List<String> values = Arrays.asList(args[i + 1].split(",", -1));
      switch (args[i]) {
        case "--servers" -> servers = values.stream().map(Kind::named).toList();
        case "--jdks" -> releases = values.stream().map(Integer::valueOf).toList();
        case "--seconds" -> seconds = values.stream().map(Integer::valueOf).toList();
        case "--endings" -> endings = values.stream().map(Ending::named).toList();
        case "--keep" -> kept = Optional.of(Path.of(args[i + 1]));
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
  }

  private int run() throws InterruptedException {
    System.out.print(
        """
        | server | JDK | settings | seconds | ending | threads | waiting | suspects | conclusive |
        |---|--:|---|--:|---|--:|--:|--:|---|
        """);
    for (int release : releases) {
      Optional<Jdk> jdk = Jdk.find(release);
      for (Kind server : servers) {
        if (jdk.isPresent() && release >= server.firstRelease()) {
          for (String settings : SETTINGS) {
            for (int length : seconds) {
              record(server, jdk.get(), settings, length);
            }
          }
        }
      }
    }
    System.out.printf(
        "%n%d recordings, %d threads: %d suspects; the planted leak was missed in %d%n",
        recordings, threads, suspects, missed);
    return suspects > 0 || missed > 0 ? 1 : failed ? 3 : 0;
  }

  /** All endings at a time, since the servers have little to do. */
  private void record(Kind server, Jdk jdk, String settings, int length)
      throws InterruptedException {
    List<Run> runs = new ArrayList<>();
    try {
      for (Ending ending : endings) {
        runs.add(start(server, jdk, settings, ending));
      }
      TimeUnit.SECONDS.sleep(length);
      for (Run run : runs) {
        Path input = run.ending.end(run.jvm, run.file, run.data.resolve("repository"));
        LeakProfile profile = RecordingAnalyzer.analyze(List.of(input), ReplayOptions.defaults());
        String name =
            "| %s | %d | %s | %d | %s"
                .formatted(
                    (server + " " + server.version()).strip(),
                    jdk.feature(),
                    settings,
                    length,
                    run.ending);
        report(name, profile);
        if (kept.isPresent()) {
          String file =
              String.join(
                  "-",
                  server.toString(),
                  "" + jdk.feature(),
                  settings,
                  "" + length,
                  run.ending.toString());
          Scratch.copy(input, kept.get().resolve(file + (Files.isDirectory(input) ? "" : ".jfr")));
        }
      }
    } catch (IOException | AssertionError e) {
      System.err.println("silence-recordings: " + server + " on " + jdk + ": " + e.getMessage());
      failed = true;
    } finally {
      runs.forEach(run -> run.jvm.close());
      runs.forEach(run -> Scratch.delete(run.data, PROGRAM));
    }
  }

  private Run start(Kind server, Jdk jdk, String settings, Ending ending) throws IOException {
    Path data = Files.createTempDirectory(directory, server + "-" + ending);
    Path repository = Files.createDirectories(data.resolve("repository"));
    Path file = data.resolve("recording.jfr");
    ForkedJvm jvm =
        ForkedJvm.launch(
            jdk,
            List.of(
                "-Xmx256m",
                "-Djava.io.tmpdir=" + data,
                "-XX:FlightRecorderOptions:repository=" + repository,
                "-Djava.util.logging.config.file=" + root.resolve("silence/logging.properties"),
                Host.class.getName(),
                server.toString(),
                data.toString()));
    try {
      jvm.awaitLine("READY");
      jvm.send("plant");
      jvm.awaitLine("DONE");
      jvm.jcmd("JFR.start", "settings=" + settings, "dumponexit=true", "filename=" + file);
      jvm.send("load");
      jvm.awaitLine("DONE");
      return new Run(jvm, ending, file, data);
    } catch (AssertionError e) {
      jvm.close();
      Scratch.delete(data, PROGRAM);
      throw e;
    }
  }

  private void report(String name, LeakProfile profile) {
    List<Finding> findings =
        profile.findings().stream().filter(finding -> !Look.isPlanted(finding)).toList();
    int named = findings.stream().mapToInt(Finding::count).sum();
    recordings++;
    threads += profile.threads().total();
    suspects += named;
    System.out.printf(
        "%s | %d | %d | %d | %s |%n",
        name,
        profile.threads().total(),
        profile.threads().candidates(),
        named,
        profile.isConclusive() ? "yes" : "no: " + profile.unknowns().get(0));
    // Settings may take the first thread dump after a minute.
    if (findings.size() == profile.findings().size() && profile.isConclusive()) {
      missed++;
      System.err.println("silence-recordings: the planted leak is missed: " + name);
    }
    for (Finding finding : findings) {
      System.err.println("silence-recordings: " + name + ": " + finding.summary());
      finding.stack().forEach(frame -> System.err.println("    " + frame));
      finding.evidence().forEach(line -> System.err.println("  because " + line));
    }
  }
}
