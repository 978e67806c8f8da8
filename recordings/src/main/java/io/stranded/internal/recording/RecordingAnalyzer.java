package io.stranded.internal.recording;

import io.stranded.finding.LeakProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads recordings: the way into this package.
 *
 * <p>Reads every byte once; of damaged files twice, and of inputs with several JVMs three times.
 * Memory goes with the number of threads alive at a time, and with the size of files up to {@link
 * ReplayOptions#inMemoryLimit()}. Safe for use by several threads.
 */
public final class RecordingAnalyzer {
  private RecordingAnalyzer() {}

  /**
   * Reads recordings and tells their JVMs apart.
   *
   * @param inputs {@code .jfr} files, JFR repository directories and {@code -} for standard input,
   *     in any order; they may overlap
   * @return the JVMs, by the time they were started; each file that does not say of which JVM it is
   *     stands for one of its own
   * @throws UnreadableRecordingException if an input does not exist, or none of them is a recording
   *     of which anything can be read
   * @throws IOException if a temporary file cannot be written or deleted
   */
  public static List<RecordedJvm> read(List<Path> inputs, ReplayOptions options)
      throws IOException {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("no inputs");
    }
    try (RecordingInputs located = RecordingInputs.locate(inputs, options)) {
      ThreadLedger together = new ThreadLedger();
      InputLoader loader = new InputLoader(together, options);
      List<Coverage> coverages = loader.load(located.all());
      if (loader.readOneJvm()) {
        together.finish();
        return List.of(new RecordedJvm(together, coverages, options));
      }
      List<RecordedJvm> jvms = new ArrayList<>();
      try (JvmSplit split = JvmSplit.of(located.all(), options)) {
        for (JvmSplit.Part part : split.parts()) {
          jvms.add(load(part, options));
        }
      }
      return jvms;
    }
  }

  /**
   * The suspects in recordings of one JVM.
   *
   * @throws UnreadableRecordingException also if the recordings are of several JVMs
   * @throws IOException as {@link #read}
   */
  public static LeakProfile analyze(List<Path> inputs, ReplayOptions options) throws IOException {
    List<RecordedJvm> jvms = read(inputs, options);
    if (jvms.size() > 1) {
      throw new UnreadableRecordingException(inputs.get(0), "the input is of several JVMs");
    }
    return jvms.get(0).suspects();
  }

  private static RecordedJvm load(JvmSplit.Part part, ReplayOptions options) throws IOException {
    ThreadLedger ledger = new ThreadLedger();
    List<Coverage> coverages = new InputLoader(ledger, options).load(part.inputs());
    ledger.finish();
    return new RecordedJvm(ledger, coverages, options, part.unplaced());
  }
}
