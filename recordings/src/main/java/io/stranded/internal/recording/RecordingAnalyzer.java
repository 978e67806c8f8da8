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
   * @return the JVMs, by the time they were started; one if the inputs do not name any
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
      RecordedJvm together = load(located.all(), options);
      if (together.count() <= 1) {
        return List.of(together);
      }
      List<RecordedJvm> jvms = new ArrayList<>();
      try (JvmSplit split = JvmSplit.of(located.all(), options)) {
        for (List<RecordingInput> ofOne : split.jvms()) {
          jvms.add(load(ofOne, options));
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

  private static RecordedJvm load(List<RecordingInput> inputs, ReplayOptions options)
      throws IOException {
    ThreadLedger ledger = new ThreadLedger();
    List<Coverage> coverages = new InputLoader(ledger, options).load(inputs);
    ledger.finish();
    return new RecordedJvm(ledger, coverages, options);
  }
}
