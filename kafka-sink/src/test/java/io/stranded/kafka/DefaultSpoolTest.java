package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultSpoolTest {
  private static final byte[] RECORD = {'{', '}'};

  @TempDir private Path directory;

  @Test
  void everySidecarFindsASpoolThatNoOtherUses() throws Exception {
    Path first = DefaultSpool.choose(directory);
    assertThat(first).isEqualTo(directory.resolve("spool"));
    try (Spool used = open(first)) {
      Path second = DefaultSpool.choose(directory);
      assertThat(second).isEqualTo(directory.resolve("spool-2"));
      try (Spool alsoUsed = open(second)) {
        assertThat(DefaultSpool.choose(directory)).isEqualTo(directory.resolve("spool-3"));
        assertThat(used.pending() + alsoUsed.pending()).isZero();
      }
    }
    assertThat(DefaultSpool.choose(directory)).isEqualTo(first);
  }

  @Test
  void spoolInWhichFindingsWaitComesFirst() throws Exception {
    try (Spool used = open(DefaultSpool.choose(directory));
        Spool left = open(DefaultSpool.choose(directory))) {
      left.append(List.of(RECORD));
      assertThat(used.pending()).isZero();
    }
    assertThat(DefaultSpool.choose(directory)).isEqualTo(directory.resolve("spool-2"));
    try (Spool taken = open(directory.resolve("spool-2"))) {
      assertThat(taken.pending()).isEqualTo(1);
      assertThat(DefaultSpool.choose(directory)).isEqualTo(directory.resolve("spool"));
    }
  }

  private static Spool open(Path spool) throws Exception {
    return Spool.open(spool, Spool.DEFAULT_CAP_BYTES);
  }
}
