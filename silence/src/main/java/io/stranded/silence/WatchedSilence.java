package io.stranded.silence;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.report.ProfileJsonReader;
import io.stranded.silence.servers.Kind;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Watches servers as a sidecar does, idle, under load and at rest again, and tells what it names:
 * of any verdict, nothing but what was planted.
 */
public final class WatchedSilence {
  private static final String PROGRAM = "silence-watch";
  private final Path root;
  private final Path directory;
  private List<Kind> servers = List.of(Kind.values());
  private List<Integer> releases = List.of(17, 25);
  private int seconds = 90;
  private int watched;
  private int named;
  private int missed;
  private boolean failed;

  private WatchedSilence(Path root, Path directory) {
    this.root = root;
    this.directory = directory;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Scratch.create(PROGRAM);
    WatchedSilence silence =
        new WatchedSilence(Path.of(System.getProperty("stranded.root")), directory);
    try {
      silence.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("silence-watch: " + e.getMessage());
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
        case "--seconds" -> seconds = Integer.parseInt(args[i + 1]);
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
  }

  private int run() throws InterruptedException {
    System.out.print(
        """
        | server | JDK | seconds | findings | planted |
        |---|--:|--:|--:|---|
        """);
    for (int release : releases) {
      Optional<Jdk> jdk = Jdk.find(release);
      for (Kind server : servers) {
        if (jdk.isPresent() && release >= server.firstRelease()) {
          try {
            watch(server, jdk.get());
          } catch (IOException | AssertionError e) {
            System.err.println("silence-watch: " + server + " on " + jdk + ": " + e.getMessage());
            failed = true;
          }
        }
      }
    }
    System.out.printf(
        "%n%d watched, %d findings besides the planted leak, which was missed in %d%n",
        watched, named, missed);
    return named > 0 || missed > 0 ? 1 : failed ? 3 : 0;
  }

  private void watch(Kind server, Jdk jdk) throws IOException, InterruptedException {
    Path data = Files.createTempDirectory(directory, server.toString());
    Path report = data.resolve("findings.jsonl");
    List<String> command =
        List.of(
            "-Xmx384m",
            "-Djava.io.tmpdir=" + data,
            "-Djava.util.logging.config.file=" + root.resolve("silence/logging.properties"),
            Host.class.getName(),
            server.toString(),
            data.toString());
    try (ForkedJvm jvm = ForkedJvm.launch(jdk, command)) {
      jvm.awaitLine("READY");
      Process sidecar = sidecar(jvm, report, data.resolve("watch.log"));
      try {
        TimeUnit.SECONDS.sleep(seconds);
        jvm.send("load");
        jvm.awaitLine("DONE");
        TimeUnit.SECONDS.sleep(seconds);
        jvm.send("rest");
        jvm.awaitLine("DONE");
        jvm.send("plant");
        jvm.awaitLine("DONE");
        TimeUnit.SECONDS.sleep(seconds);
      } finally {
        sidecar.destroy();
        sidecar.waitFor();
      }
    }
    report(server, jdk, report);
    Scratch.delete(data, PROGRAM);
  }

  private Process sidecar(ForkedJvm jvm, Path report, Path log) throws IOException {
    return new ProcessBuilder(
            root.resolve("scripts/stranded").toString(),
            "watch",
            "--min-age=5s",
            "--format=json",
            "--output=" + report,
            Long.toString(jvm.pid()))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private void report(Kind server, Jdk jdk, Path report) throws IOException {
    Map<String, Finding> others = new LinkedHashMap<>();
    boolean planted = false;
    for (String line :
        Files.exists(report) ? Files.readAllLines(report) : new ArrayList<String>()) {
      LeakProfile profile = ProfileJsonReader.parse(line);
      for (Finding finding : profile.findings()) {
        if (Look.isPlanted(finding)) {
          planted |= Look.isProven(finding);
        } else {
          others.putIfAbsent(finding.fingerprint(), finding);
        }
      }
    }
    watched++;
    named += others.size();
    missed += planted ? 0 : 1;
    System.out.printf(
        "| %s | %d | %d | %d | %s |%n",
        (server + " " + server.version()).strip(),
        jdk.feature(),
        3 * seconds,
        others.size(),
        planted ? "proved" : "missed");
    for (Finding finding : others.values()) {
      System.err.println(
          "silence-watch: " + server + ": " + finding.verdict() + " " + finding.summary());
      finding.stack().forEach(frame -> System.err.println("    " + frame));
      finding.evidence().forEach(line -> System.err.println("  because " + line));
    }
  }
}
