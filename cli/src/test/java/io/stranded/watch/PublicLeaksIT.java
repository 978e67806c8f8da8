package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Leaks that old versions of libraries are known for are called by the words that fit them, by the
 * packed sidecar, and the same libraries used without leaking are not named. The libraries are data
 * of this test: only programs that it compiles and forks have them on their class path. Each
 * program of {@code src/test/leaks} tells whose leak it shows.
 */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class PublicLeaksIT {
  private static final long PATIENCE_SECONDS = 300;
  private static final Path SOURCES = Path.of("src", "test", "leaks", "publicleaks");

  /**
   * A JVM's part of the leaks.
   *
   * @param libraries the folder of their jars, where the build has put them
   * @param words by what their threads are called, without numbers
   */
  private record Part(Path libraries, List<String> programs, Map<String, String> words) {
    Part(String libraries, List<String> programs, Map<String, String> words) {
      this(Path.of("target", "public-leaks", libraries), programs, words);
    }

    Path classes() {
      return classes.resolve(libraries.getFileName());
    }
  }

  private static final Part MOST =
      new Part(
          "most",
          List.of(
              "PoolPerAction",
              "OrphanAppender",
              "UsedUpPool",
              "SilentHandshake",
              "DeadDatabase",
              "PausedByRate",
              "TimerPerConnection"),
          Map.of(
              "RxNewThreadScheduler-#",
              word(Standing.LEAKED, Cause.ORPHANED_POOL_WORKER),
              "AsyncAppender-Worker-Thread-#",
              word(Standing.LEAKED, Cause.QUEUE_CONSUMER_ABANDONED),
              "borrower",
              word(Standing.SUSPECT, Cause.FORGOTTEN_WAITER),
              "caller",
              word(Standing.SUSPECT, Cause.IO_WITHOUT_DEADLINE),
              "Hikari Housekeeping Timer (pool orders)",
              word(Standing.SUSPECT, Cause.ORPHANED_TICKER),
              "throttled",
              word(Standing.SUSPECT, Cause.SLEEPS_FOR_EVER),
              "pool-#-thread-#",
              word(Standing.SUSPECT, Cause.GROWING)));

  /** Ended as soon as it is told: it keeps a processor busy. */
  private static final Part BUSY =
      new Part(
          "busy",
          List.of("SwallowedError", "EndlessBoundary"),
          Map.of(
              "request-#",
              word(Standing.STUCK, Cause.POOL_EXHAUSTED),
              "upload",
              word(Standing.SUSPECT, Cause.SPINNING)));

  @TempDir static Path classes;
  @TempDir Path directory;

  @BeforeAll
  static void compile() throws IOException {
    compile(MOST);
    compile(BUSY);
  }

  /** The newest, and all if asked to. */
  static Stream<Jdk> jdks() {
    List<Jdk> all = Jdk.targets();
    boolean every = System.getProperty("stranded.scenarios", "").equals("all");
    return every ? all.stream() : Stream.of(all.get(all.size() - 1));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void eachIsCalledByTheWordThatFitsItAndNoTwinIsNamed(Jdk jdk) throws Exception {
    ReportFile report = new ReportFile(directory.resolve("report.jsonl"));
    try (ForkedJvm busy = start(jdk, BUSY, "leaking");
        ForkedJvm most = start(jdk, MOST, "leaking");
        ForkedJvm healthy = start(jdk, MOST, "healthy");
        ForkedJvm quiet = start(jdk, BUSY, "healthy")) {
      List<ForkedJvm> all = List.of(busy, most, healthy, quiet);
      List<String> arguments = new ArrayList<>(List.of("--interval=200ms"));
      all.forEach(jvm -> arguments.add(Long.toString(jvm.pid())));
      Distribution watch = report.watch(directory.resolve("dumps"), arguments);
      watch.awaitLog("(pid " + most.pid());
      watch.awaitLog("(pid " + healthy.pid());
      most.send("go");
      healthy.send("go");
      await(report, busy, BUSY);
      busy.process().destroy();
      await(report, most, MOST);
      watch.process().destroy();
      String log = watch.await().err();
      assertThat(words(report, busy)).as(log).isEqualTo(BUSY.words());
      assertThat(words(report, most)).as(log).isEqualTo(MOST.words());
      assertThat(words(report, healthy)).as(log).isEmpty();
      assertThat(words(report, quiet)).as(log).isEmpty();
    }
  }

  private static ForkedJvm start(Jdk jdk, Part part, String how) {
    String classPath = part.classes() + File.pathSeparator + part.libraries().resolve("*");
    List<String> command =
        new ArrayList<>(
            List.of(
                "-Xmx64m",
                // HikariCP defines its proxies so.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                classPath,
                "publicleaks.Main",
                how));
    command.addAll(part.programs());
    return ForkedJvm.start(jdk, command);
  }

  private static void compile(Part part) throws IOException {
    String libraries;
    try (Stream<Path> jars = Files.list(part.libraries())) {
      libraries = jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--release", "17", "-proc:none", "-nowarn", "-Xlint:-options"));
    arguments.addAll(List.of("-d", part.classes().toString(), "-cp", libraries));
    Stream.concat(Stream.of("PublicLeak", "Main"), part.programs().stream())
        .forEach(name -> arguments.add(SOURCES.resolve(name + ".java").toString()));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
  }

  private static void await(ReportFile report, ForkedJvm jvm, Part part) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!words(report, jvm).equals(part.words()) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** The last word on each thread, by what it is called; of several of one name, all of them. */
  private static Map<String, String> words(ReportFile report, ForkedJvm jvm) throws IOException {
    Map<Long, Map.Entry<String, String>> last = new HashMap<>();
    for (LeakProfile profile : report.profiles()) {
      if (profile.target().orElseThrow().pid() == jvm.pid()) {
        profile.findings().stream()
            .filter(PublicLeaksIT::isOpen)
            .forEach(
                finding -> {
                  for (FoundThread thread : finding.threads()) {
                    // Of one that has just begun no name may be known.
                    if (thread.name().isEmpty()) {
                      continue;
                    }
                    last.put(
                        thread.id(),
                        Map.entry(
                            thread.name().replaceAll("\\d+", "#"),
                            word(finding.standing(), finding.cause())));
                  }
                });
      }
    }
    Map<String, String> words = new TreeMap<>();
    last.values()
        .forEach(
            entry ->
                words.merge(
                    entry.getKey(),
                    entry.getValue(),
                    (one, other) -> one.contains(other) ? one : one + ", " + other));
    return words;
  }

  private static boolean isOpen(Finding finding) {
    return finding.life().filter(life -> life.stage() == Life.Stage.RESOLVED).isEmpty();
  }

  private static String word(Standing standing, Cause cause) {
    return standing + " " + cause;
  }
}
