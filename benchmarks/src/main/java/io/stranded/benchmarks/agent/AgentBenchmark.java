package io.stranded.benchmarks.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Measures the agent. All variants of the program are there at the same time and take turns of some
 * tenths of a second, so that whatever else the machine does hits them alike.
 */
public final class AgentBenchmark {
  private static final int WARM_UP = 4;
  private static final int WEB_MILLIS = 1000;
  private static final String CLASSES = "benchmarks/target/classes";

  private final Path root = Path.of(System.getProperty("stranded.root"));
  private final Path directory = Files.createTempDirectory("agent-benchmark");
  private final AgentOptions options;

  private AgentBenchmark(AgentOptions options) throws IOException {
    this.options = options;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    AgentOptions options;
    try {
      options = AgentOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks/agent: " + e.getMessage());
      System.exit(2);
      return;
    }
    AgentBenchmark benchmark = new AgentBenchmark(options);
    try {
      benchmark.run();
    } finally {
      benchmark.cleanUp();
    }
  }

  private void run() throws IOException, InterruptedException {
    packEmptyAgent();
    System.out.println(
        "| JDK | threads | what | unit | bare | empty | agent | empty+recording | agent+recording |"
            + " empty to bare | agent to bare | agent to empty | with recording |");
    System.out.println("|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (Path jdk : options.jdks()) {
      for (String kind : options.kinds()) {
        if (kind.equals("platform") || release(jdk) >= 21) {
          measure(jdk, kind);
        }
      }
    }
  }

  private void measure(Path jdk, String kind) throws IOException, InterruptedException {
    Map<String, Samples> results = new LinkedHashMap<>();
    for (int fork = 0; fork < options.forks(); fork++) {
      if (options.startUp()) {
        startAndEnd(
            jdk, results.computeIfAbsent("start and end of the JVM|ms", k -> new Samples()));
      }
      Map<Variant, MeasuredJvm> jvms = new EnumMap<>(Variant.class);
      try {
        for (Variant variant : Variant.values()) {
          jvms.put(variant, start(jdk, variant));
        }
        for (Load load : options.loads()) {
          Samples cpu = results.computeIfAbsent(load + "|ns CPU", key -> new Samples());
          for (int round = -WARM_UP; round < options.rounds(); round++) {
            for (Variant variant : turns(round)) {
              double[] times = jvms.get(variant).ask("run", load.name(), kind);
              if (round >= 0) {
                cpu.add(variant, times[0]);
              }
            }
          }
        }
        if (options.web()) {
          serve(jvms, kind, results);
        }
        if (options.memory()) {
          int count = kind.equals("virtual") ? 100_000 : 1_000;
          Samples bytes = results.computeIfAbsent("parked thread|bytes", key -> new Samples());
          for (Variant variant : Variant.values()) {
            bytes.add(variant, jvms.get(variant).ask("memory", count, kind)[0]);
          }
        }
      } finally {
        jvms.values().forEach(MeasuredJvm::close);
      }
    }
    results.forEach((what, samples) -> print(release(jdk) + " | " + kind, what, samples));
  }

  private void startAndEnd(Path jdk, Samples wall) throws IOException {
    for (int round = 0; round < options.rounds(); round++) {
      for (Variant variant : turns(round)) {
        long start = System.nanoTime();
        start(jdk, variant).close();
        wall.add(variant, (System.nanoTime() - start) / 1e6);
      }
    }
  }

  private void serve(Map<Variant, MeasuredJvm> jvms, String kind, Map<String, Samples> results)
      throws IOException, InterruptedException {
    Map<Variant, Integer> ports = new EnumMap<>(Variant.class);
    for (Map.Entry<Variant, MeasuredJvm> jvm : jvms.entrySet()) {
      ports.put(jvm.getKey(), (int) jvm.getValue().ask("serve", "any", kind)[0]);
    }
    Samples cpu = results.computeIfAbsent("web request|ns CPU", key -> new Samples());
    Samples rate = results.computeIfAbsent("web server|requests/s", key -> new Samples());
    Samples p99 = results.computeIfAbsent("web p99|µs", key -> new Samples());
    for (int round = -WARM_UP; round < options.rounds(); round++) {
      for (Variant variant : turns(round)) {
        double before = jvms.get(variant).ask("cpu", "any", kind)[0];
        WebClient.Served served = WebClient.ask(ports.get(variant), WEB_MILLIS);
        double after = jvms.get(variant).ask("cpu", "any", kind)[0];
        if (round >= 0) {
          cpu.add(variant, (after - before) / served.requests());
          rate.add(variant, served.requests() * 1000.0 / WEB_MILLIS);
          p99.add(variant, served.p99() / 1000.0);
        }
      }
    }
  }

  /** The variants, each round beginning with another. */
  private static List<Variant> turns(int round) {
    List<Variant> turns = new ArrayList<>(Arrays.asList(Variant.values()));
    Collections.rotate(turns, round);
    return turns;
  }

  private MeasuredJvm start(Path jdk, Variant variant) throws IOException {
    return new MeasuredJvm(
        jdk.resolve("bin/java").toString(),
        variant.vmOptions(
            directory.resolve("empty-agent.jar"),
            root.resolve("jfr-events/target/stranded-agent.jar"),
            root.resolve("jfr-events/src/main/resources/io/stranded/events/stranded.jfc"),
            directory.resolve("repository")),
        root.resolve(CLASSES).toString());
  }

  private static void print(String where, String what, Samples samples) {
    StringBuilder line = new StringBuilder("| " + where + " | " + what.replace("|", " | "));
    for (Variant variant : Variant.values()) {
      line.append(String.format(Locale.ROOT, " | %,.0f", samples.median(variant)));
    }
    line.append(ratio(samples, Variant.EMPTY, Variant.BARE));
    line.append(ratio(samples, Variant.AGENT, Variant.BARE));
    line.append(ratio(samples, Variant.AGENT, Variant.EMPTY));
    line.append(ratio(samples, Variant.AGENT_RECORDING, Variant.EMPTY_RECORDING));
    System.out.println(line + " |");
  }

  private static String ratio(Samples samples, Variant variant, Variant reference) {
    return String.format(Locale.ROOT, " | %.2f", samples.ratio(variant, reference));
  }

  private static int release(Path jdk) {
    try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
      String version =
          lines.filter(line -> line.startsWith("JAVA_VERSION=")).findFirst().orElseThrow();
      return Runtime.Version.parse(version.replaceAll("JAVA_VERSION=|\"", "")).feature();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void packEmptyAgent() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", EmptyAgent.class.getName());
    String entry = EmptyAgent.class.getName().replace('.', '/') + ".class";
    Path file = directory.resolve("empty-agent.jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      jar.putNextEntry(new JarEntry(entry));
      Files.copy(root.resolve(CLASSES).resolve(entry), jar);
    }
  }

  private void cleanUp() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
