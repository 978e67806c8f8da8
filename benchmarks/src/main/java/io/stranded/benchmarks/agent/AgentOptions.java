package io.stranded.benchmarks.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What to measure.
 *
 * @param jdks homes of the JDKs
 * @param kinds of threads: platform, virtual
 * @param loads what the threads do
 * @param startUp whether the start of a JVM is measured
 * @param web whether the web server is measured
 * @param memory whether the heap per thread is measured
 * @param rounds turns of each variant in each fork, beside some to warm up
 * @param forks how often all JVMs are started afresh
 */
record AgentOptions(
    List<Path> jdks,
    List<String> kinds,
    List<Load> loads,
    boolean startUp,
    boolean web,
    boolean memory,
    int rounds,
    int forks) {

  /** What is measured that is no {@link Load}. */
  private static final Set<String> OTHERS = Set.of("startup", "web", "memory");

  static AgentOptions parse(String[] args) {
    List<Path> jdks = List.of(Path.of(System.getProperty("java.home")));
    List<String> kinds = List.of("platform", "virtual");
    List<String> what = List.of("handoff", "queue", "permit", "start", "web", "memory", "startup");
    int rounds = 11;
    int forks = 3;
    List<String> left = new ArrayList<>(Arrays.asList(args));
    while (!left.isEmpty()) {
      String option = left.remove(0);
      if (left.isEmpty()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      String value = left.remove(0);
      switch (option) {
        case "--jdks" -> jdks = Arrays.stream(value.split(",", -1)).map(Path::of).toList();
        case "--threads" -> kinds = List.of(value.split(",", -1));
        case "--what" -> what = List.of(value.split(",", -1));
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--forks" -> forks = Integer.parseInt(value);
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return new AgentOptions(
        jdks,
        kinds,
        what.stream()
            .filter(name -> !OTHERS.contains(name))
            .map(name -> Load.valueOf(name.toUpperCase(Locale.ROOT)))
            .toList(),
        what.contains("startup"),
        what.contains("web"),
        what.contains("memory"),
        rounds,
        forks);
  }
}
