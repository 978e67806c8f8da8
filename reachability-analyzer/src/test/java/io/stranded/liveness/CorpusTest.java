package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Channels;
import io.stranded.corpus.Expected;
import io.stranded.corpus.Found;
import io.stranded.corpus.KeptAlive;
import io.stranded.corpus.Locks;
import io.stranded.corpus.Owners;
import io.stranded.corpus.Synchronizers;
import io.stranded.finding.Cause;
import io.stranded.finding.Doubt;
import io.stranded.finding.LeakProfile;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every thread of the corpus gets exactly the verdict and cause that its name asks for, from a dump
 * of everything and from one of what is live.
 *
 * <p>{@code -Dstranded.corpus.matrix=all} runs every program with every collector and compiler
 * instead of a few of them, {@code -Dstranded.corpus.runs=10} runs all that ten times.
 */
@Execution(ExecutionMode.CONCURRENT)
class CorpusTest {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final List<Class<?>> PROGRAMS =
      List.of(Synchronizers.class, Owners.class, Channels.class, Locks.class, KeptAlive.class);
  private static final List<String> COLLECTORS =
      List.of("-XX:+UseSerialGC", "-XX:+UseG1GC", "-XX:+UseZGC");
  private static final List<String> COMPILERS = List.of("-Xmixed", "-Xint", "-Xcomp");

  /**
   * May be in doubt or silent in compiled code: a compiled frame lets go of the receiver of
   * Object.wait, so any local could be the monitor, and the method reference among them is shared
   * with live threads; and of that of ReferenceQueue.remove.
   */
  private static final Set<String> MISSED_IN_COMPILED_CODE =
      Set.of(
          Expected.name(Expected.Kind.LEAK, Cause.MONITOR_NEVER_NOTIFIED, "object-wait"),
          Expected.name(Expected.Kind.LEAK, Cause.SYNCHRONIZER_ABANDONED, "reference-queue"));

  /** A program of the corpus on a JVM. */
  record Run(int number, Jdk jdk, Class<?> program, boolean virtual, List<String> options) {
    @Override
    public String toString() {
      return jdk
          + " "
          + program.getSimpleName()
          + (virtual ? " virtual " : " ")
          + String.join(" ", options)
          + (number == 1 ? "" : ", run " + number);
    }
  }

  /** Far more than were ever needed. */
  private static final int MOST_DUMPS = 10;

  @TempDir Path directory;

  static Stream<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int number = 1; number <= Integer.getInteger("stranded.corpus.runs", 1); number++) {
      for (Jdk jdk : Jdk.targets()) {
        for (Class<?> program : PROGRAMS) {
          for (List<String> options : matrix(program)) {
            runs.add(new Run(number, jdk, program, /* virtual= */ false, options));
            if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
              runs.add(new Run(number, jdk, program, /* virtual= */ true, options));
            }
          }
        }
      }
    }
    return runs.stream();
  }

  /** The JVM options to run a program with, one set after the other. */
  private static List<List<String>> matrix(Class<?> program) {
    List<List<String>> matrix = new ArrayList<>();
    if (!System.getProperty("stranded.corpus.matrix", "").equals("all")) {
      matrix.add(List.of());
      if (program == Synchronizers.class) {
        matrix.add(List.of("-XX:+UseSerialGC", "-Xcomp"));
      } else if (program == Locks.class) {
        matrix.add(List.of("-XX:+UseZGC", "-Xint"));
      }
      return matrix;
    }
    for (String collector : COLLECTORS) {
      for (String compiler : COMPILERS) {
        matrix.add(List.of(collector, compiler));
      }
    }
    return matrix;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void everyThreadGetsTheVerdictItsNameAsksFor(Run run) throws IOException {
    List<String> command = new ArrayList<>(run.options());
    command.addAll(List.of(run.program().getName(), Boolean.toString(run.virtual())));
    try (ForkedJvm jvm = ForkedJvm.start(run.jdk(), command)) {
      Map<String, String> expected = expected(jvm);
      for (boolean live : List.of(false, true)) {
        Path dump = directory.resolve(live ? "live.hprof" : "all.hprof");
        Map<String, String> found = found(analyzed(jvm, dump, live));
        Map<String, String> asked = new TreeMap<>(expected);
        if (run.options().contains("-Xcomp")) {
          for (String missed : MISSED_IN_COMPILED_CODE) {
            if (!found.getOrDefault(missed, "").startsWith(Expected.Kind.LEAK.name())) {
              asked.remove(missed);
              found.remove(missed);
            }
          }
        }
        assertThat(found).as(dump.getFileName().toString()).isEqualTo(asked);
      }
    }
  }

  @Test
  void corpusHasAtLeastAsManyHealthyThreadsAsLeakingOnes() {
    for (Class<?> program : PROGRAMS) {
      try (ForkedJvm jvm =
          ForkedJvm.start(Jdk.current(), List.of(program.getName(), Boolean.toString(false)))) {
        Map<Boolean, Long> healthy =
            Expected.threadNames(jvm.output()).stream()
                .map(name -> Expected.of(name).orElseThrow())
                .collect(
                    Collectors.partitioningBy(
                        expected -> expected.kind() == Expected.Kind.LIVE, Collectors.counting()));
        assertThat(healthy.get(true))
            .as(program.getSimpleName())
            .isGreaterThanOrEqualTo(healthy.get(false));
      }
    }
  }

  /** Dumps again while a dump can prove less than others, since Java code ran in that moment. */
  private static LeakProfile analyzed(ForkedJvm jvm, Path dump, boolean live) throws IOException {
    for (int i = 1; ; i++) {
      if (live) {
        jvm.jcmd("GC.heap_dump", dump.toString());
      } else {
        jvm.heapDump(dump);
      }
      LeakProfile profile = new LeakAnalyzer().analyze(dump);
      Files.delete(dump);
      if (i == MOST_DUMPS || !ranJava(profile)) {
        return profile;
      }
    }
  }

  private static boolean ranJava(LeakProfile profile) {
    return profile.findings().stream()
        .anyMatch(finding -> finding.doubts().contains(Doubt.RESULT_IN_FLIGHT));
  }

  private static Map<String, String> expected(ForkedJvm jvm) {
    Map<String, String> expected = new TreeMap<>();
    for (String name : Expected.threadNames(jvm.output())) {
      Expected.of(name)
          .filter(e -> e.kind() != Expected.Kind.LIVE)
          .ifPresent(e -> expected.put(name, e.kind() + " " + e.cause().orElseThrow()));
    }
    assertThat(expected).isNotEmpty();
    return expected;
  }

  private static Map<String, String> found(LeakProfile profile) {
    assertThat(profile.dump().orElseThrow().complete()).isTrue();
    return Found.in(profile);
  }
}
