package io.stranded.internal.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WordSetTest {
  private final WordSet words = new WordSet();

  @Test
  void risesThroughThePageAndBeginsAgain() {
    for (int word : new int[] {131_071, 5, 64, 70_000}) {
      words.add(word);
    }
    assertThat(words.take()).isEqualTo(5);
    assertThat(words.take()).isEqualTo(64);
    words.add(3);
    assertThat(words.take()).isEqualTo(70_000);
    assertThat(words.take()).isEqualTo(131_071);
    assertThat(words.take()).isEqualTo(3);
    assertThat(words.take()).isEqualTo(-1);
    words.add(2);
    assertThat(words.take()).isEqualTo(2);
    assertThat(words.take()).isEqualTo(-1);
  }

  @Test
  void holdsWhatWasAddedAndNotTaken() {
    Random random = new Random(1);
    TreeSet<Integer> expected = new TreeSet<>();
    for (int i = 0; i < 100_000; i++) {
      if (random.nextInt(5) < 2) {
        int word = random.nextInt(ObjectIndex.WORDS_PER_PAGE);
        words.add(word);
        expected.add(word);
      } else {
        int word = words.take();
        assertThat(word < 0 ? expected.isEmpty() : expected.remove(word)).isTrue();
      }
    }
  }
}
