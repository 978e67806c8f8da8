package io.stranded.internal.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.stack.StackFold.Line;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackFoldTest {
  @Test
  void jdkFramesFoldIntoTheOneThatTheApplicationCalled() {
    StackFold fold =
        StackFold.of(
            List.of(
                "java.lang.Object.wait(Object.java:1)",
                "java.lang.Thread.join(Thread.java:2)",
                "app.A.a(A.java:3)",
                "java.util.ArrayList.forEach(ArrayList.java:4)",
                "app.A$$Lambda$1/0x1.accept(Unknown Source)",
                "app.B.b(B.java:5)",
                "java.lang.Thread.run(Thread.java:6)"));
    assertThat(fold.lines())
        .containsExactly(
            new Line(
                "java.lang.Thread.join(Thread.java:2)",
                List.of("java.lang.Object.wait(Object.java:1)")),
            new Line("app.A.a(A.java:3)", List.of()),
            new Line("java.util.ArrayList.forEach(ArrayList.java:4)", List.of()),
            new Line("app.B.b(B.java:5)", List.of()));
    assertThat(fold.outside()).containsExactly("java.lang.Thread.run(Thread.java:6)");
  }

  @Test
  void poolWorkerShowsWhatItWaitsFor() {
    StackFold fold =
        StackFold.of(
            List.of(
                "jdk.internal.misc.Unsafe.park(Native Method)",
                "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)",
                "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)",
                "java.lang.Thread.run(Thread.java:840)"));
    assertThat(fold.lines())
        .containsExactly(
            new Line(
                "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)",
                List.of("jdk.internal.misc.Unsafe.park(Native Method)")));
    assertThat(fold.outside()).hasSize(2);
  }

  @Test
  void stackOfTheJdkAloneWithoutAKnownSynchronizerIsShownWhole() {
    assertThat(StackFold.of(List.of("java.a.B.c()", "java.lang.Thread.run()")).lines())
        .containsExactly(
            new Line("java.a.B.c()", List.of()), new Line("java.lang.Thread.run()", List.of()));
    assertThat(StackFold.of(List.of()).lines()).isEmpty();
  }

  @Test
  void frameworkFramesFoldAsTheJdksDo() {
    StackFold fold =
        StackFold.of(
            List.of(
                "java.lang.Object.wait(Object.java:1)",
                "java.lang.Thread.join(Thread.java:2)",
                "org.springframework.a.A.a(A.java:3)",
                "java.lang.reflect.Method.invoke(Method.java:4)",
                "org.springframework.b.B.b(B.java:5)",
                "app.A.a(A.java:6)",
                "org.apache.catalina.core.C.c(C.java:7)",
                "java.lang.Thread.run(Thread.java:8)"));
    assertThat(fold.lines())
        .extracting(Line::frame)
        .containsExactly(
            "java.lang.Thread.join(Thread.java:2)",
            "org.springframework.b.B.b(B.java:5)",
            "app.A.a(A.java:6)");
    assertThat(fold.lines().get(1).inside()).hasSize(2);
    assertThat(fold.outside()).hasSize(2);
  }

  @Test
  void stackOfAFrameworkAloneShowsItsFirstCalls() {
    List<String> stack = new ArrayList<>(List.of("java.lang.Thread.start(Thread.java:1)"));
    for (int i = 0; i < 50; i++) {
      stack.add("io.netty.N.n" + i + "(N.java:2)");
    }
    StackFold fold = StackFold.of(stack);
    assertThat(fold.lines()).hasSize(4);
    assertThat(fold.lines().get(0).frame()).startsWith("java.lang.Thread.start");
    assertThat(fold.outside()).hasSize(47);
  }
}
