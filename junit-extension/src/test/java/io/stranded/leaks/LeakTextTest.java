package io.stranded.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.testing.Profiles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told of threads that were left behind. */
class LeakTextTest {
  /** As two looks at one place may prove them. */
  @Test
  void threadsOfTwoFindingsAtOnePlaceAreAllNamed() {
    LeakReport report =
        new LeakReport("a test", List.of(stranded("first", 7), stranded("second", 8)), List.of());
    assertThat(report.text())
        .contains("a test leaves 2 threads behind, which can never run again")
        .contains("\"first\" #7", "\"second\" #8");
  }

  @Test
  void callsToOthersAreToldByTheirFrames() {
    assertThat(alive("sun.nio.ch.NioSocketImpl.implRead", "sun.nio.ch.NioSocketImpl.timedRead"))
        .contains("1 thread that reads from a socket, with a timeout")
        .contains("Give the call a timeout or close its connection, and join it.");
    assertThat(alive("sun.nio.ch.ServerSocketChannelImpl.accept"))
        .contains("1 thread that waits for a client to connect")
        .contains("Close the server's socket, and join it.");
    assertThat(alive("java.io.FileInputStream.readBytes"))
        .contains("1 thread that reads from a pipe or file")
        .contains("Have what it reads from end, and join it.");
    assertThat(alive("java.lang.ProcessImpl.waitFor"))
        .contains("1 thread that waits for a process to end")
        .contains("Have the process end, and join it.");
    assertThat(alive("shop.Work.sum")).contains("1 thread that runs", "Tell it to stop");
  }

  @Test
  void framesOfTheJdkAreFoldedSoThatThoseOfTheApplicationAreSeen() {
    String[] methods =
        Stream.concat(
                Stream.of("java.io.FileInputStream.readBytes"),
                Stream.generate(() -> "java.io.InputStream.read").limit(20))
            .toArray(String[]::new);
    assertThat(alive(methods))
        .contains("java.io.InputStream.read(Some.java:1)  (20 inside)", "shop.Work.run");
  }

  /** What is told of a thread with such frames. */
  private static String alive(String... methods) {
    List<String> stack =
        Stream.concat(Arrays.stream(methods), Stream.of("shop.Work.run"))
            .map(method -> method + "(Some.java:1)")
            .toList();
    ThreadLeak leak =
        new ThreadLeak(
            thread("somebody", 7, Thread.State.RUNNABLE, stack),
            ThreadLeak.Kind.RUNNING,
            Optional.empty());
    return new LeakReport("a test", List.of(leak), List.of()).text();
  }

  private static ThreadLeak stranded(String name, long id) {
    Finding its =
        Profiles.latchFinding("0123456789abcdef")
            .of(List.of(new FoundThread(name, id, false, Optional.empty())));
    return new ThreadLeak(
        thread(name, id, Thread.State.WAITING, its.stack()),
        ThreadLeak.Kind.STRANDED,
        Optional.of(its));
  }

  private static LiveThread thread(String name, long id, Thread.State state, List<String> stack) {
    return new LiveThread(
        name,
        id,
        /* virtual= */ false,
        "main",
        "java.lang.Thread",
        "shop.Work",
        state,
        stack,
        /* createdBy= */ List.of(),
        "a test");
  }
}
