package io.stranded.internal.heap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageDirectoryTest {
  private final PageDirectory directory = new PageDirectory();

  @Test
  void findsNeighboursInAnyOrderAndWhatIsFarAway() {
    long[] positions = {
      500_000, 500_001, 499_998, 400_000, 1_400_000, 3L << 40, 0, 450_000, (1L << 44) - 1
    };
    for (int i = 0; i < positions.length; i++) {
      directory.put(positions[i], i + 1);
    }
    for (int i = 0; i < positions.length; i++) {
      assertThat(directory.find(positions[i])).isEqualTo(i + 1);
    }
    assertThat(directory.find(499_999)).isEqualTo(PageDirectory.NONE);
    assertThat(directory.find(3L << 39)).isEqualTo(PageDirectory.NONE);
  }

  @Test
  void neighboursOfTheFirstAreFoundThoughAnotherIsFarBelow() {
    directory.put(1 << 23, 1);
    directory.put(1, 2);
    directory.put((1 << 23) - 5, 3);
    assertThat(directory.find((1 << 23) - 5)).isEqualTo(3);
    assertThat(directory.find(1)).isEqualTo(2);
    assertThat(directory.find(2)).isEqualTo(PageDirectory.NONE);
  }
}
