package io.stranded.fleet;

import static io.stranded.fleet.Reports.minute;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakTableTest {
  private static final Place MAILER =
      new Place(
          "QUEUE_CONSUMER_ABANDONED",
          "java.util.concurrent.LinkedBlockingQueue",
          List.of(
              "java.util.concurrent.LinkedBlockingQueue.take(…)", "shop.Mailer.run(Mailer.java:9)"),
          List.of("shop.Mailer.start(Mailer.java:3)"),
          List.of(),
          List.of(),
          List.of());
  private static final Place POOL =
      new Place(
          "ORPHANED_POOL_WORKER",
          "java.util.concurrent.LinkedBlockingQueue",
          List.of("java.util.concurrent.LinkedBlockingQueue.take(…)"),
          List.of("java.lang.Thread.start(…)", "shop.Import.open(Import.java:5)"),
          List.of(),
          List.of(),
          List.of());

  private final Leak mailer =
      leak("aaaaaaaaaaaaaaaa", MAILER)
          .plus(sighting("orders", "1.4", Verdict.LEAKED, 2, 3_000_000), MAILER)
          .plus(sighting("orders", "1.5", Verdict.LEAKED, 1, 0), MAILER)
          .plus(sighting("shop", "", Verdict.LEAKED, 1000, 0), MAILER);
  private final Leak pool =
      leak("bbbbbbbbbbbbbbbb", POOL)
          .plus(sighting("orders", "1.4", Verdict.SUSPECT, 4000, 512), POOL);
  private final Leak gone = pool.minus(sighting("orders", "1.4", Verdict.SUSPECT, 4000, 512));

  @Test
  void tableTellsWhatHurtsAndWhere() {
    assertThat(LeakTable.text(List.of(mailer, pool), 10, minute(10).plus(Duration.ofHours(5))))
        .containsExactly(
            "2 leaks, 5,003 threads, 2.9 MiB pinned",
            "",
            "JVMS  THREADS   PINNED  FIRST  LAST  SINCE       SERVICES              LEAK",
            "   3    1,003  2.9 MiB  5h     5h    orders 1.4  orders 1.4/1.5, shop "
                + " aaaaaaaaaaaaaaaa abandoned queue consumer at shop.Mailer.run(Mailer.java:9)",
            "   1    4,000    512 B  5h     5h    orders 1.4  orders 1.4           "
                + " bbbbbbbbbbbbbbbb orphaned pool worker (unproven)"
                + " created by shop.Import.open(Import.java:5)");
  }

  @Test
  void narrowTerminalShowsWhatHurtsMost() {
    List<String> lines =
        LeakTable.text(
            List.of(mailer, pool), 10, minute(10).plus(Duration.ofHours(5)), /* width= */ 80);
    assertThat(lines).allMatch(line -> line.length() <= 80);
    assertThat(lines)
        .contains(
            "JVMS  THREADS   PINNED  LAST  LEAK",
            "   3    1,003  2.9 MiB  5h    aaaaaaaaaaaaaaaa abandoned queue consumer at shop…");
    assertThat(LeakTable.text(List.of(mailer), 10, minute(10).plus(Duration.ofHours(5)), 20))
        .allMatch(line -> line.length() <= 20)
        .contains("JVMS  THREADS   PIN…");
  }

  @Test
  void everyLeakHasAPlace() {
    String queue = "java.util.concurrent.LinkedBlockingQueue";
    Place jdkAlone =
        new Place(
            "ORPHANED_POOL_WORKER",
            queue,
            List.of(
                "jdk.internal.misc.Unsafe.park(Native Method)",
                queue + ".take(LinkedBlockingQueue.java:435)",
                "java.util.concurrent.ThreadPoolExecutor.getTask(…)"),
            List.of(),
            List.of(),
            List.of("imports-1", "imports-2"),
            List.of());
    assertThat(words(jdkAlone))
        .endsWith(
            "orphaned pool worker like \"imports-1\" in "
                + queue
                + ".take(LinkedBlockingQueue.java:435)");
    assertThat(
            words(
                new Place(
                    "BARE_PARK", queue, List.of(), List.of(), List.of(), List.of(), List.of())))
        .endsWith(" on " + queue);
    assertThat(
            words(
                new Place("BARE_PARK", "", List.of(), List.of(), List.of(), List.of(), List.of())))
        .endsWith(" at an unknown place");
  }

  @Test
  void placeIsTheApplicationsAndNotTheFrameworks() {
    Place inSpring =
        new Place(
            "BARE_PARK",
            "",
            List.of("org.springframework.a.A.wait(A.java:1)", "shop.Mailer.run(Mailer.java:9)"),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    assertThat(words(inSpring)).endsWith(" at shop.Mailer.run(Mailer.java:9)");
    Place ofSpring =
        new Place(
            "BARE_PARK",
            "",
            List.of("org.springframework.a.A.wait(A.java:1)"),
            List.of("java.lang.Thread.start(…)", "shop.Mailer.start(Mailer.java:3)"),
            List.of(),
            List.of(),
            List.of());
    assertThat(words(ofSpring)).endsWith(" created by shop.Mailer.start(Mailer.java:3)");
  }

  private static String words(Place place) {
    Leak leak =
        leak("dddddddddddddddd", place)
            .plus(sighting("orders", "1.4", Verdict.LEAKED, 1, 0), place);
    List<String> lines = LeakTable.text(List.of(leak), 10, minute(10));
    return lines.get(lines.size() - 1);
  }

  @Test
  void whatIsStuckIsNotCalledUnproven() {
    Leak stuck =
        leak("cccccccccccccccc", POOL)
            .plus(new Sighting("id", 0, 0, "orders", "1.4", Sighting.STUCK, 2, 0), POOL);
    assertThat(LeakTable.text(List.of(stuck), 10, minute(10)))
        .last()
        .asString()
        .contains("orphaned pool worker (stuck unless interrupted)");
  }

  @Test
  void whatDoesNotFitIsCounted() {
    assertThat(LeakTable.text(List.of(mailer, pool), 1, minute(10)))
        .hasSize(5)
        .last()
        .isEqualTo("… and 1 more: --limit shows them");
    assertThat(LeakTable.json(List.of(mailer, pool), 1)).hasSize(1);
  }

  @Test
  void noLeakIsOneLine() {
    assertThat(LeakTable.text(List.of(), 10, minute(0)))
        .containsExactly("0 leaks, 0 threads, 0 B pinned");
  }

  @Test
  void rankingIsByWhatIsAskedForAndHidesWhatIsGone() {
    assertThat(Ranking.PINNED.of(List.of(pool, mailer, gone), false)).containsExactly(mailer, pool);
    assertThat(Ranking.JVMS.of(List.of(pool, mailer, gone), true))
        .containsExactly(mailer, pool, gone);
    assertThat(Ranking.THREADS.of(List.of(mailer, pool), false)).containsExactly(pool, mailer);
  }

  private static Leak leak(String fingerprint, Place place) {
    return Leak.first(fingerprint, sighting("orders", "1.4", Verdict.LEAKED, 0, 0), place);
  }

  private static Sighting sighting(
      String service, String version, Verdict verdict, long threads, long bytes) {
    return new Sighting(
        "id",
        minute(10).toEpochMilli(),
        minute(10).toEpochMilli(),
        service,
        version.isEmpty() ? null : version,
        verdict.name(),
        threads,
        bytes);
  }
}
