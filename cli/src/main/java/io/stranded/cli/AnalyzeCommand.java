package io.stranded.cli;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.internal.recording.RecordedJvm;
import io.stranded.internal.recording.RecordingAnalyzer;
import io.stranded.internal.recording.ReplayOptions;
import io.stranded.internal.recording.ThreadDumpFacts;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code stranded analyze}. */
@Command(
    name = "analyze",
    description = "Finds the leaked threads of a heap dump.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Take the dump with stranded dump, or without a GC: jcmd PID GC.heap_dump -all "
          + "FILE. A single dump cannot tell whether a thread that parks without a blocker "
          + "has just been released: such threads are INCONCLUSIVE, unless a recording shows "
          + "the same wait before the dump and after it.",
      "",
      "Examples:",
      "  stranded analyze heap.hprof",
      "  stranded analyze --threads threads.txt heap.hprof",
      "  stranded analyze --recording recording.jfr heap.hprof",
      "  stranded analyze --explain mailer-1 heap.hprof",
      "  stranded analyze --format json --output report.json heap.hprof",
      "  stranded analyze --fail-on-leak=stuck heap.hprof",
    })
final class AnalyzeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DUMP",
      description = "A heap dump (.hprof, plain or gzipped), or - for standard input.")
  @SuppressWarnings("NullAway.Init")
  private Path dump;

  @Option(
      names = "--threads",
      paramLabel = "FILE",
      description =
          "What was noted of the threads with the heap dump: the facts of stranded dump; or "
              + "a thread dump, which tells the owners of monitors: what jcmd PID Thread.print -l "
              + "writes, or Thread.dump_to_file (JDK 25), or Spring Boot's actuator; of several "
              + "the last. The first also tells which classes threads wait for, if taken within "
              + "minutes before the dump; several of them in one file tell who stayed in a wait "
              + "between them.")
  private @Nullable Path threads;

  @Option(
      names = "--recording",
      paramLabel = "INPUT",
      description =
          "A recording (.jfr) or repository directory of the same JVM, which tells who "
              + "created the threads and how long they have waited; may be given several times.")
  private List<Path> recordings = List.of();

  @Option(
      names = "--explain",
      paramLabel = "THREAD",
      description = "Add a note that says why this thread, a name or id, is or is not leaked.")
  private @Nullable String explained;

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Main command;

  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() throws IOException {
    try (ReportSink sink = report.open();
        DumpInput input = DumpInput.of(dump)) {
      LeakProfile profile = report.select(read(input));
      sink.accept(profile);
      return report.exitCode(profile.surest());
    }
  }

  private LeakProfile read(DumpInput input) throws IOException {
    try {
      return read(input.file());
    } catch (UnreadableDumpException e) {
      throw input.named(e);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // the thread dump is of another JVM
    }
  }

  private LeakProfile read(Path file) throws IOException {
    try (ProgressBar bar = new ProgressBar()) {
      ThreadFacts facts = threads == null ? ThreadFacts.NONE : ThreadDumpFacts.read(threads);
      LeakAnalyzer analyzer =
          new LeakAnalyzer()
              .explainsHolders(report.asksForWeakerThanProven())
              .timesStages(command.isVerbose())
              .progress(bar);
      if (explained != null) {
        analyzer.explain(explained);
      }
      if (recordings.isEmpty()) {
        return ThreadDumpFacts.complete(analyzer.facts(facts).analyze(file), facts);
      }
      List<RecordedJvm> jvms =
          RecordingAnalyzer.read(recordings, ReplayOptions.defaults().withProgress(bar));
      return ThreadDumpFacts.complete(HeapJoin.analyze(file, jvms, analyzer, facts), facts);
    }
  }
}
