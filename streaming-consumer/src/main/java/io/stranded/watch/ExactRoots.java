package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.RootPrecision;
import io.stranded.internal.source.AgentJar;
import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetJvm;
import java.io.IOException;
import java.util.Optional;

/**
 * Prepares a target for a heap dump with exact roots: has it show the class data of hidden classes,
 * and bring objects that compiled code has scalar-replaced back to the heap. From Java 22 on the
 * agent can do both; up to 21 the second takes the native library, which exists for Linux.
 */
final class ExactRoots {
  private final TargetJvm target;

  private final NativeLibrary library;
  private Optional<String> problem = Optional.empty();

  ExactRoots(TargetJvm target, NativeLibrary library) {
    this.target = target;
    this.library = library;
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
    try (AgentJar jar = AgentJar.unpack(target.files())) {
      return target.prepareExactRoots(jar.there());
    }
  }

  private Optional<String> byNativeAgent() throws IOException {
    Optional<TargetDirectory> unpacked = library.unpack();
    if (unpacked.isEmpty()) {
      return Optional.of(
          "for Java " + target.feature() + " it takes a native library, which this build has not");
    }
    try (TargetDirectory directory = unpacked.get()) {
      directory.handOver();
      target.loadNativeAgent(target.files().there(directory.here(NativeLibrary.FILE)));
    }
    return Optional.empty();
  }
}
