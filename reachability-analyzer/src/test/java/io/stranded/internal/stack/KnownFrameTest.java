package io.stranded.internal.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.IdlePools;
import io.stranded.finding.Cause;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the table is met in the stacks of the real library. */
class KnownFrameTest {
  private static final int FIRST_WITH_OPENED_SCOPES = 25;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void everyRowIsMetInTheRealLibrary(Jdk jdk) {
    List<String> command = new ArrayList<>();
    if (jdk.feature() >= FIRST_WITH_OPENED_SCOPES) {
      command.add("--enable-preview");
    }
    command.add(IdlePools.class.getName());
    Set<KnownFrame> met = EnumSet.noneOf(KnownFrame.class);
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      for (String line : jvm.output()) {
        List<String> words = List.of(line.split(" ", -1));
        if (!words.get(0).equals("STACK")) {
          continue;
        }
        List<String> stack = words.subList(2, words.size());
        if (words.get(1).equals("none")) {
          assertThat(KnownFrame.in(stack)).as(line).isEmpty();
          assertThat(WaitSite.of("", stack).cause())
              .as(line)
              .isEqualTo(Cause.LATCH_NEVER_COUNTED_DOWN);
          continue;
        }
        KnownFrame row = KnownFrame.valueOf(words.get(1));
        assertThat(WaitSite.of("", stack).cause()).as(line).isEqualTo(row.cause());
        assertThat(KnownFrame.in(stack).map(KnownFrame.At::row)).as(line).hasValue(row);
        met.add(row);
      }
    }
    Set<KnownFrame> expected = EnumSet.allOf(KnownFrame.class);
    if (jdk.feature() < FIRST_WITH_OPENED_SCOPES) {
      expected.removeAll(EnumSet.of(KnownFrame.THREAD_PER_TASK, KnownFrame.TASK_SCOPE));
    }
    assertThat(met).containsExactlyInAnyOrderElementsOf(expected);
  }
}
