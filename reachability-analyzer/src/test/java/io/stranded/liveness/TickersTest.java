package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Expected;
import io.stranded.corpus.Found;
import io.stranded.corpus.Tickers;
import io.stranded.finding.LeakProfile;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who runs for ever without anybody to stop it is named, and nobody who can be stopped. */
class TickersTest {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  @TempDir Path directory;

  static Stream<Arguments> runs() {
    List<Arguments> runs = new ArrayList<>();
    for (Jdk jdk : Jdk.targets()) {
      runs.add(Arguments.of(jdk, false));
      if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
        runs.add(Arguments.of(jdk, true));
      }
    }
    return runs.stream();
  }

  @ParameterizedTest(name = "{0}, virtual: {1}")
  @MethodSource("runs")
  void tickersAreNamedWhoseOwnersNobodyHas(Jdk jdk, boolean virtual) throws IOException {
    List<String> command = List.of(Tickers.class.getName(), Boolean.toString(virtual));
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      Map<String, String> expected = new TreeMap<>();
      for (String name : Expected.threadNames(jvm.output())) {
        Expected.of(name)
            .filter(wanted -> wanted.kind() == Expected.Kind.SUSPECT)
            .ifPresent(
                wanted -> expected.put(name, wanted.kind() + " " + wanted.cause().orElseThrow()));
      }
      assertThat(expected).hasSize(2);
      LeakProfile profile =
          new LeakAnalyzer().analyze(jvm.heapDump(directory.resolve("tickers.hprof")));
      assertThat(Found.in(profile)).isEqualTo(expected);
    }
  }
}
