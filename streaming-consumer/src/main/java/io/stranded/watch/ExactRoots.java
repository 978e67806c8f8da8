package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.RootPrecision;
import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetJvm;
import java.io.IOException;
import java.util.Optional;

/**
 * Prepares a target for a heap dump with exact roots: has it show the class data of hidden classes,
 * and bring objects that compiled code has scalar-replaced back to the heap. From Java 22 on the
 * agent can do both; up to 21 the second takes a native agent, which exists for Linux.
 */
final class ExactRoots {
  private static final String LIBRARY = "linux-%s/libstranded-roots.so";

  private final TargetJvm target;

  /**
   * One for all dumps: a library of the same path is not loaded once more, although the file lies
   * there only while it is loaded.
   */
  private final String libraryDirectory = TargetDirectory.newName(TargetDirectory.Kind.ROOTS);

  private Optional<String> problem = Optional.empty();

  ExactRoots(TargetJvm target) {
    this.target = target;
  }

  /**
   * Prepares the target, which stands still for some milliseconds. To be called right before a dump
   * is taken.
   *
   * @return how far the roots of that dump can be trusted
   */
  RootPrecision prepare() {
    try {
      String outcome = byAgent();
      problem =
          switch (outcome) {
            case "exact" -> Optional.empty();
            case "native" -> byNativeAgent();
            default -> Optional.of(outcome);
          };
    } catch (IOException e) {
      problem = Optional.of(FailureLine.of(e));
    }
    return problem.isEmpty() ? RootPrecision.EXACT : RootPrecision.AS_DUMPED;
  }

  /** Why the last preparation failed; empty if it did not. */
  Optional<String> problem() {
    return problem;
  }

  private String byAgent() throws IOException {
    try (Unpacked jar = Unpacked.agent(target.files())) {
      return target.prepareExactRoots(jar.there());
    }
  }

  private Optional<String> byNativeAgent() throws IOException {
    // The names of Java and of the system differ for this one.
    String machine = target.property("os.arch").replace("amd64", "x86_64");
    Optional<Unpacked> unpacked =
        Unpacked.library(LIBRARY.formatted(machine), target.files(), libraryDirectory);
    if (unpacked.isEmpty()) {
      return Optional.of(
          "for Java " + target.feature() + " it takes a native agent, which this build has not");
    }
    try (Unpacked library = unpacked.get()) {
      target.loadNativeAgent(library.there());
    }
    return Optional.empty();
  }
}
