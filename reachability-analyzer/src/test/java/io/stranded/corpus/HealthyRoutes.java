package io.stranded.corpus;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Programs with threads that are ended by routes that dumps show badly or not at all, and with
 * their leaking twins; the names of the threads say which they are.
 */
public final class HealthyRoutes {
  private static final String[] WITHOUT_VERIFICATION = {
    "-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"
  };

  private HealthyRoutes() {}

  /** A program on a JVM. */
  public record Run(
      Jdk jdk, int first, Class<?> program, List<String> options, List<String> arguments) {
    /** For this release and later ones. */
    private Run from(int release) {
      return new Run(jdk, release, program, options, arguments);
    }

    private Run options(String... more) {
      return new Run(jdk, first, program, List.of(more), arguments);
    }

    /** What follows {@code java}. */
    public List<String> command() {
      List<String> command = new ArrayList<>(options);
      command.add(program.getName());
      command.addAll(arguments);
      return command;
    }

    /** With these methods compiled at their first call, and no others. */
    private Run compiled(String methods) {
      return options(
          "-Xcomp",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=compileonly," + program.getName() + methods);
    }

    @Override
    public String toString() {
      return jdk + " " + program.getSimpleName() + " " + String.join(" ", arguments);
    }
  }

  /** All programs that a JDK has what they need for. */
  public static Stream<Run> on(Jdk jdk) {
    return Stream.of(
            run(jdk, ThreadHandles.class),
            run(jdk, LockOwners.class),
            run(jdk, Constants.class),
            run(jdk, OnlyCodeLeadsTo.class, "healthy"),
            run(jdk, OnlyCodeLeadsTo.class, "by-parent"),
            run(jdk, OnlyCodeLeadsTo.class, "leaking"),
            run(jdk, KeptByClasses.class),
            run(jdk, InitArguments.class, "initializing").compiled("*::release"),
            run(jdk, InitArguments.class, "loading").compiled("*::release"),
            run(jdk, InitArguments.class, "leaking").compiled("*::release"),
            run(jdk, WrongMonitor.class).compiled("*::*"),
            run(jdk, UnderConstruction.class, "healthy").compiled("$Slow::*"),
            run(jdk, UnderConstruction.class, "leaking").compiled("$Slow::*"),
            run(jdk, NeverCollected.class),
            run(jdk, Pools.class),
            run(jdk, Timeouts.class),
            run(jdk, Timeouts.class, "virtual").from(25),
            run(jdk, PendingReferences.class),
            run(jdk, InFlightException.class, "healthy").options(WITHOUT_VERIFICATION),
            run(jdk, InFlightException.class, "leaking").options(WITHOUT_VERIFICATION),
            run(jdk, CollectedThreads.class, "false")
                .options("-Djdk.trackAllThreads=false")
                .from(25),
            run(jdk, CollectedThreads.class, "true").from(25),
            run(jdk, OwnCarrier.class)
                .options("--add-opens", "java.base/java.lang=ALL-UNNAMED")
                .from(25))
        .filter(run -> run.first() <= jdk.feature());
  }

  /** A program with arguments. */
  public static Run run(Jdk jdk, Class<?> program, String... arguments) {
    return new Run(jdk, 17, program, List.of(), List.of(arguments));
  }

  /** What follows {@code java} of a program that is run from source: this build is for 17. */
  public static List<String> fromSource(String program) {
    Path sources = Path.of("..", "reachability-analyzer", "src", "test", "resources", "jdk25");
    return List.of(
        "--enable-preview",
        "--enable-native-access=ALL-UNNAMED",
        "--source",
        "25",
        sources.resolve(program + ".java").toString());
  }

  /** The threads that the program says are leaked, and why. */
  public static Set<String> leaking(ForkedJvm jvm) {
    Set<String> leaking = new TreeSet<>();
    for (String name : Expected.threadNames(jvm.output())) {
      Expected.of(name)
          .filter(expected -> expected.kind() == Expected.Kind.LEAK)
          .ifPresent(expected -> leaking.add(name + ": " + expected.cause().orElseThrow()));
    }
    return leaking;
  }

  /** The threads that are proved to be, in the same form, without those that may be. */
  public static Set<String> proved(LeakProfile profile) {
    Set<String> proved = new TreeSet<>();
    for (Finding finding : profile.findings()) {
      if (finding.verdict() == Verdict.LEAKED
          && finding.confidence().equals(Optional.of(Confidence.PROVEN))) {
        finding.threads().forEach(t -> proved.add(t.name() + ": " + finding.cause()));
      }
    }
    proved.removeIf(thread -> thread.startsWith("doubt/"));
    return proved;
  }
}
