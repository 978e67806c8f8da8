package io.stranded.silence;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.silence.servers.Kind;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts servers, takes images of their heaps in every state, and tells what is found in them. */
public final class Silence {
  private static final String PROGRAM = "silence";
  private static final String DONE = "DONE";

  private static final LeakProfile NOTHING =
      new LeakProfile(
          Optional.empty(),
          Instant.EPOCH,
          Optional.empty(),
          ThreadCounts.of(0, 0, List.of()),
          List.of(),
          List.of());

  private final Options options;
  private final Snapshots snapshots;
  private final Explanations explanations;
  private final Path directory;
  private final List<Look> looks = new ArrayList<>();
  private int healthy;
  private int written;
  private boolean failed;

  private Silence(Options options, Explanations explanations, Path directory) {
    this.options = options;
    this.snapshots = new Snapshots(options.root());
    this.explanations = explanations;
    this.directory = directory;
  }

  public static void main(String[] args) throws IOException {
    Path root = Path.of(System.getProperty("stranded.root"));
    Options options;
    try {
      options = Options.parse(root, args);
    } catch (IllegalArgumentException e) {
      System.err.println("silence: " + e.getMessage());
      System.exit(2);
      return;
    }
    Path directory = Scratch.create(PROGRAM);
    Explanations explanations = Explanations.read(root.resolve("silence/explained.txt"));
    Silence silence = new Silence(options, explanations, directory);
    silence.run();
    System.exit(silence.report());
  }

  private void run() {
    for (int release : options.releases()) {
      Optional<Jdk> jdk = Jdk.find(release);
      if (jdk.isEmpty()) {
        say("no JDK " + release + " is installed: left out");
        continue;
      }
      for (Kind server : options.servers()) {
        if (release < server.firstRelease()) {
          say(server + " needs JDK " + server.firstRelease() + ": left out on " + release);
        } else {
          try {
            lookAt(server, jdk.get());
          } catch (IOException | AssertionError e) {
            say(server + " on " + jdk.get() + ": " + e.getMessage());
            failed = true;
          }
        }
      }
    }
  }

  private void lookAt(Kind server, Jdk jdk) throws IOException {
    Path data = Files.createDirectories(directory.resolve(server + "-" + jdk.feature()));
    List<String> command =
        List.of(
            "-Xmx384m",
            "-Djava.io.tmpdir=" + data,
            "-Djava.util.logging.config.file="
                + options.root().resolve("silence/logging.properties"),
            Host.class.getName(),
            server.toString(),
            data.toString());
    try (ForkedJvm jvm = ForkedJvm.launch(jdk, command)) {
      jvm.awaitLine("READY");
      if (options.images().contains(Image.SNAPSHOT)) {
        unwritten(server, jdk, jvm);
      }
      jvm.send("plant");
      jvm.awaitLine(DONE);
      look(server, jdk, State.IDLE, jvm);
      jvm.send("load");
      jvm.awaitLine(DONE);
      for (int i = 0; i < options.dumps(); i++) {
        look(server, jdk, State.LOAD, jvm);
      }
      jvm.send("rest");
      String answered = jvm.awaitLine("answered");
      jvm.awaitLine(DONE);
      look(server, jdk, State.REST, jvm);
      say(server + " on " + jdk + " " + answered + " requests");
    }
    Scratch.delete(data, PROGRAM);
  }

  private void look(Kind server, Jdk jdk, State state, ForkedJvm jvm) throws IOException {
    for (Image image : options.images()) {
      Path dump = directory.resolve("image.hprof");
      LeakProfile profile =
          switch (image) {
            case ALL -> new LeakAnalyzer().analyze(jvm.heapDump(dump));
            case LIVE -> {
              jvm.jcmd("GC.heap_dump", dump.toString());
              yield new LeakAnalyzer().analyze(dump);
            }
            case SNAPSHOT -> snapshots.take(jvm, dump).orElse(NOTHING);
          };
      Look look = new Look(server, jdk, state, image, profile);
      if (!look.findings().isEmpty() && options.keep().isPresent()) {
        Files.createDirectories(options.keep().get());
        Path kept = options.keep().get().resolve(look.name() + "-" + looks.size() + ".hprof");
        Files.move(dump, kept);
      }
      Files.deleteIfExists(dump);
      looks.add(look);
      look.planted()
          .filter(finding -> !Look.isProven(finding))
          .ifPresent(finding -> say(look.name() + ": the planted leak is " + doubted(finding)));
    }
  }

  /** While nothing is leaked, a snapshot writes nothing. */
  private void unwritten(Kind server, Jdk jdk, ForkedJvm jvm) throws IOException {
    healthy++;
    if (snapshots.take(jvm, directory.resolve("healthy.hprof")).isPresent()) {
      written++;
      say(server + " on " + jdk + ": a snapshot was written before anything was leaked");
    }
  }

  private static String doubted(Finding finding) {
    String confidence = finding.confidence().map(Confidence::toString).orElse("");
    return finding.verdict() + " " + confidence + ", " + String.join("; ", finding.evidence());
  }

  /** Prints what was found and returns the exit code. */
  private int report() {
    System.out.print(Report.table(looks));
    System.out.print(new Report(explanations).findings(looks));
    long unexplained = looks.stream().mapToLong(this::unexplained).sum();
    long threads = looks.stream().mapToLong(look -> look.profile().threads().total()).sum();
    long proven = looks.stream().flatMap(l -> l.planted().stream()).filter(Look::isProven).count();
    long missed = looks.stream().filter(look -> look.planted().isEmpty()).count();
    System.out.printf(
        "%n%d images, %d threads: %d findings of leaks, of any confidence, without an explanation%n"
            + "The planted leak: proved in %d images, named with less in %d, missed in %d%n",
        looks.size(), threads, unexplained, proven, looks.size() - proven - missed, missed);
    if (healthy > 0) {
      System.out.printf(
          "Snapshots before anything was leaked: %d, of which %d wrote a file%n", healthy, written);
    }
    return unexplained > 0 || missed > 0 || written > 0 ? 1 : failed ? 3 : 0;
  }

  private long unexplained(Look look) {
    return look.findings().stream()
        .filter(finding -> finding.verdict() == Verdict.LEAKED)
        .filter((Finding finding) -> explanations.of(look.server(), finding).isEmpty())
        .count();
  }

  private static void say(String line) {
    System.err.println("silence: " + line);
  }
}
