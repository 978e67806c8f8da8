package io.stranded.cli;

import io.stranded.finding.Confidence;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.report.ProfileDiff;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which findings are shown, and which of those make the exit code 1. */
final class FailureOption {
  /** The weakest standing that is a failure. */
  enum FailOn {
    /** Leaks that nobody can end. */
    PROVEN,
    /** These, and threads that only an interrupt, or a weak or soft reference, could free. */
    STUCK,
    /** What {@link #PROVEN} is, or {@link #STUCK} where weaker findings were asked for. */
    UNSAID
  }

  @Option(
      names = "--confidence",
      paramLabel = "CONFIDENCE",
      description =
          "Weakest confidence to show: PROVEN, INTERRUPT_ONLY or WEAKLY_HELD (default: "
              + "WEAKLY_HELD, which is all).",
      converter = ConfidenceConverter.class,
      completionCandidates = Confidences.class)
  private @Nullable Confidence confidence;

  @Option(
      names = "--fail-on-leak",
      paramLabel = "WHICH",
      arity = "0..1",
      fallbackValue = "unsaid",
      preprocessor = AttachedOnly.class,
      converter = FailOnConverter.class,
      completionCandidates = Reasons.class,
      description =
          "Exit with 1 if a finding is LEAKED (proven, the default), or STUCK or LEAKED "
              + "(stuck); of a diff, if more threads of any fingerprint are than before. With "
              + "--confidence interrupt-only or weakly-held the default is stuck.")
  private @Nullable FailOn failOn;

  /** What a shell completes. */
  private static final class Confidences implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("proven", "interrupt-only", "weakly-held").iterator();
    }
  }

  /** The same of reasons to fail. */
  private static final class Reasons implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("proven", "stuck").iterator();
    }
  }

  /** The part of a profile that was asked for. */
  LeakProfile select(LeakProfile profile) {
    return profile.atLeast(confidence == null ? Confidence.WEAKLY_HELD : confidence);
  }

  /** Whether findings were asked for by name that somebody still holds in some way. */
  boolean asksForWeakerThanProven() {
    return confidence != null && confidence != Confidence.PROVEN;
  }

  /**
   * The exit code after findings were reported.
   *
   * @param surest how the surest of them stands; empty if there were none
   */
  int exitCode(Optional<Standing> surest) {
    return exitCode(
        surest.filter(standing -> standing == Standing.LEAKED).isPresent(),
        surest.filter(standing -> standing.compareTo(Standing.STUCK) <= 0).isPresent());
  }

  /** The exit code after a comparison was reported. */
  int exitCode(ProfileDiff diff) {
    return exitCode(diff.leaksMore(), diff.sticksMore());
  }

  private int exitCode(boolean leaks, boolean sticks) {
    if (failOn == null) {
      return ExitCode.DONE;
    }
    boolean failed =
        switch (failOn) {
          case PROVEN -> leaks;
          case STUCK -> sticks;
          case UNSAID -> asksForWeakerThanProven() ? sticks : leaks;
        };
    return failed ? ExitCode.LEAKS_FOUND : ExitCode.DONE;
  }

  /** Takes no value but one behind an equals sign: what follows is the file or the process. */
  static final class AttachedOnly implements CommandLine.IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (" ".equals(info.get("separator"))) {
        args.push(FailOn.UNSAID.name());
      }
      return false;
    }
  }

  /** Accepts lower case, and nothing that is for us alone. */
  static final class FailOnConverter implements CommandLine.ITypeConverter<FailOn> {
    @Override
    public FailOn convert(String value) {
      for (FailOn each : FailOn.values()) {
        if (each.name().equalsIgnoreCase(value)) {
          return each;
        }
      }
      throw new CommandLine.TypeConversionException(
          "expected proven or stuck but was '" + value + "'");
    }
  }

  /** Accepts {@code interrupt-only} as well as {@code INTERRUPT_ONLY}. */
  static final class ConfidenceConverter implements CommandLine.ITypeConverter<Confidence> {
    @Override
    public Confidence convert(String value) {
      String name = value.toUpperCase(Locale.ROOT).replace('-', '_');
      try {
        return Confidence.valueOf(name);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(
            "expected proven, interrupt-only or weakly-held but was '" + value + "'");
      }
    }
  }
}
