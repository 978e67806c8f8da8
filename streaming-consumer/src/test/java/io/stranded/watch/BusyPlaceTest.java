package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BusyPlaceTest {
  private static final List<String> SPINNING =
      List.of(
          "java.lang.Thread.onSpinWait(Thread.java:390)",
          "app.Ring.await(Ring.java:12)",
          "app.Reader.run(Reader.java:5)",
          "java.lang.Thread.run(Thread.java:840)");
  private static final List<String> ASKING =
      List.of(
          "java.util.concurrent.atomic.AtomicLong.get(AtomicLong.java:105)",
          "app.Sequence.get(Sequence.java:30)",
          "app.Ring.await(Ring.java:14)",
          "app.Reader.run(Reader.java:5)",
          "java.lang.Thread.run(Thread.java:840)");

  @Test
  void whoCallsSomebodyFromOneMethodIsInThatMethod() {
    BusyPlace both = place(SPINNING).and(place(ASKING)).orElseThrow();
    assertThat(both.path()).containsExactly("app.Reader.run", "app.Ring.await");
    assertThat(both.stack()).isEqualTo(ASKING.subList(2, 5));
    BusyPlace again = both.and(place(SPINNING)).orElseThrow();
    assertThat(again.stack()).isEqualTo(SPINNING);
    List<String> other =
        List.of(
            "app.Barrier.check(Barrier.java:8)",
            "app.Ring.await(Ring.java:15)",
            "app.Reader.run(Reader.java:5)",
            "java.lang.Thread.run(Thread.java:840)");
    assertThat(place(ASKING).and(place(other)).orElseThrow().path()).isEqualTo(both.path());
  }

  @Test
  void whoCallsDeeperHasSomethingToDo() {
    List<String> working =
        List.of(
            "app.Order.total(Order.java:44)",
            "app.Order.price(Order.java:20)",
            "app.Ring.await(Ring.java:16)",
            "app.Reader.run(Reader.java:5)");
    assertThat(place(SPINNING).and(place(working))).isEmpty();
    assertThat(place(working).and(place(SPINNING))).isEmpty();
    assertThat(place(ASKING).and(place(SPINNING)).flatMap(both -> both.and(place(working))))
        .isEmpty();
  }

  @Test
  void whoIsInTwoPlacesAtDifferentTimesIsInNone() {
    List<String> elsewhere = List.of("app.Mail.send(Mail.java:9)", "app.Main.run(Main.java:3)");
    assertThat(place(SPINNING).and(place(elsewhere))).isEmpty();
    assertThat(BusyPlace.of(List.of("java.lang.Thread.run(Thread.java:840)"), true)).isEmpty();
  }

  @Test
  void ofAStackThatWasCutTheInnermostMethodAloneIsCompared() {
    Optional<BusyPlace> cut = BusyPlace.of(SPINNING.subList(0, 2), false);
    Optional<BusyPlace> deeper = BusyPlace.of(ASKING.subList(0, 3), false);
    assertThat(cut.flatMap(one -> one.and(cut.get()))).isPresent();
    assertThat(cut.flatMap(one -> one.and(deeper.orElseThrow()))).isEmpty();
  }

  private static BusyPlace place(List<String> stack) {
    return BusyPlace.of(stack, true).orElseThrow();
  }
}
