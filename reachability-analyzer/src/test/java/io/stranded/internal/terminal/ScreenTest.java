package io.stranded.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final Screen NARROW = new Screen(true, OptionalInt.of(40));

  @Test
  void wordsStayWholeAndBelowTheTextThatTheyBelongTo() {
    String report =
        """
          waits on    java.util.concurrent.Latch (count=1, of many)
                      app.Main.run(Main.java:7)
        3 threads can never run again in an application of ours
        """;
    assertThat(NARROW.fitted(report))
        .isEqualTo(
            """
              waits on    java.util.concurrent.Latch
                          (count=1, of many)
                          app.Main.run(Main.java:7)
            3 threads can never run again in an
              application of ours
            """);
  }

  @Test
  void coloursTakeNoRoom() {
    String line = "\u001b[1m" + "x".repeat(30) + " yyyyyyyy\u001b[0m";
    assertThat(NARROW.fitted(line)).isEqualTo(line);
  }

  @Test
  void colouredLabelHasItsTextBehindIt() {
    String label = "  \u001b[2mstack\u001b[0m       ";
    assertThat(NARROW.fitted(label + "app.Main.run(Main.java:7)  (4 inside)"))
        .isEqualTo(label + "app.Main.run(Main.java:7)\n              (4 inside)");
  }

  @Test
  void wordThatIsLongerThanTheScreenIsLeftToIt() {
    String frame = "  stack       " + "x".repeat(60);
    assertThat(NARROW.fitted(frame + " and more"))
        .isEqualTo(frame + "\n" + " ".repeat(14) + "and more");
  }

  @Test
  void fileIsLeftAsItIs() {
    String text = "word ".repeat(100) + "\n";
    assertThat(Screen.NONE.fitted(text)).isEqualTo(text);
  }
}
