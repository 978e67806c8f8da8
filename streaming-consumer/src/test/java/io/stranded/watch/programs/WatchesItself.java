package io.stranded.watch.programs;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.report.ProfileJson;
import io.stranded.watch.DumpBudget;
import io.stranded.watch.Sidecar;
import io.stranded.watch.WatchOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** An application that embeds the sidecar; prints the profile. */
public final class WatchesItself {
  private WatchesItself() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Thread leaked = new Thread(WatchesItself::waitForEver, "leaked");
    leaked.setDaemon(true);
    leaked.start();
    leaked = null;
    WatchOptions options =
        new WatchOptions(
            Duration.ofSeconds(2),
            Duration.ofMillis(200),
            new DumpBudget(true, Duration.ZERO, 1, Long.MAX_VALUE, 0, Optional.empty()),
            Duration.ofHours(1),
            Path.of(args[0]),
            /* keepDumps= */ false,
            /* agent= */ true,
            /* once= */ true,
            Optional.empty());
    new Sidecar(options, new Printed(), UnaryOperator.identity(), System.err::println)
        .watchOwnJvm();
  }

  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Printed implements FindingSink {
    @Override
    public void accept(LeakProfile profile) {
      System.out.println("PROFILE " + ProfileJson.toLine(profile));
    }

    @Override
    public void close() {}
  }
}
