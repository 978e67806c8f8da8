package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.stranded.endpoint.Browser;
import io.stranded.endpoint.Endpoint;
import io.stranded.endpoint.EndpointOptions;
import io.stranded.finding.Cause;
import io.stranded.finding.Verdict;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a fleet shows, without a broker. */
class FleetPageTest {
  private static final String HOSTILE = "<img src=x onerror=alert(1)>";

  private OptionalDouble lag = OptionalDouble.empty();
  private final FleetSite site = new FleetSite("1.0", () -> lag);

  @SuppressWarnings("NullAway.Init")
  private Endpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    EndpointOptions options =
        CommandLine.populateCommand(new EndpointOptions(), "--listen", "127.0.0.1:0");
    endpoint = Endpoint.start(options, site, line -> {});
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void isReadyOnceTheTopicWasRead() throws Exception {
    assertThat(get("readyz").statusCode()).isEqualTo(503);
    site.show(Map.of());
    assertThat(get("readyz").statusCode()).isEqualTo(200);
    site.unread("no broker answers");
    assertThat(get("readyz").body()).isEqualTo("no broker answers\n");
  }

  @Test
  void numbersAreByCauseAndSurenessAlone() throws Exception {
    site.show(Map.of("a", leak("00000000000000aa", 3), "b", leak("00000000000000bb", 2)));
    assertThat(get("metrics").body())
        .contains(
            "stranded_fleet_leaks{cause=\"deadlock\",standing=\"leaked\"} 2.0",
            "stranded_fleet_leak_jvms{cause=\"deadlock\",standing=\"leaked\"} 5.0",
            "stranded_fleet_leak_pinned_bytes{cause=\"deadlock\",standing=\"leaked\"} 500.0",
            "process_start_time_seconds ",
            "process_cpu_seconds_total ");
  }

  @Test
  void lagIsToldOnceItIsKnown() throws Exception {
    assertThat(get("metrics").body()).doesNotContain("stranded_fleet_consumer_lag");
    lag = OptionalDouble.of(42);
    assertThat(get("metrics").body()).contains("stranded_fleet_consumer_lag_records 42.0");
  }

  @Test
  void leaksAreJson() throws Exception {
    site.show(Map.of("00000000000000aa", leak("00000000000000aa", 3)));
    assertThat(get("leaks").body())
        .startsWith("[{\"schema\":\"https://stranded.io/schema/leak/1\"");
    assertThat(get("leaks/00000000000000aa").body()).contains("\"jvms\":3");
    assertThat(get("leaks/00000000000000ab").statusCode()).isEqualTo(404);
  }

  @Test
  void pageShowsOnHowManyJvmsAndSinceWhichVersion() {
    site.show(Map.of("00000000000000aa", leak("00000000000000aa", 3)));
    List<String> trouble = new ArrayList<>();
    try (Browser browser = Browser.start()) {
      Page page = browser.get().newPage();
      page.onConsoleMessage(message -> trouble.add(message.text()));
      page.onPageError(trouble::add);
      page.navigate(endpoint.url());
      page.waitForSelector(".finding");
      assertThat(page.textContent("h1")).isEqualTo("6 threads can never run again");
      page.locator(".finding summary").first().click();
      assertThat(page.textContent(".finding"))
          .contains(
              "deadlock",
              "3 JVMs",
              "first in " + HOSTILE + " 1.4",
              "leaked in 3 JVMs",
              "each owns what the other waits for");
      assertThat(page.locator("img").count()).isZero();
      assertThat(page.locator("#jvms").isVisible()).isFalse();
      picture(page, "fleet");
      site.show(Map.of("00000000000000aa", leak("00000000000000aa", 4)));
      page.waitForSelector("text=8 threads can never run again");
    }
    assertThat(trouble).isEmpty();
  }

  @Test
  void cardTellsWhoCreatedThreadsThatShowNothingOfTheApplication() {
    Place pool =
        new Place(
            Cause.ORPHANED_POOL_WORKER.name(),
            "java.util.concurrent.LinkedBlockingQueue",
            List.of(
                "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)",
                "java.lang.Thread.run(Thread.java:840)"),
            List.of(
                "java.lang.Thread.start(Thread.java:809)",
                "java.util.concurrent.ThreadPoolExecutor.execute(ThreadPoolExecutor.java:1364)",
                "shop.Reports.render(Reports.java:31)",
                "shop.<img src=x>.main(Main.java:3)"),
            List.of("no live code can reach the pool " + HOSTILE),
            List.of(HOSTILE),
            List.of());
    site.show(Map.of("00000000000000bb", leak("00000000000000bb", 2, pool)));
    List<String> trouble = new ArrayList<>();
    try (Browser browser = Browser.start()) {
      Page page = browser.get().newPage();
      page.onConsoleMessage(message -> trouble.add(message.text()));
      page.onPageError(trouble::add);
      page.navigate(endpoint.url());
      page.waitForSelector(".finding");
      assertThat(page.innerText(".finding > summary"))
          .contains("created by shop.Reports.render(Reports.java:31)");
      page.locator(".finding summary").first().click();
      assertThat(page.innerText(".finding .body"))
          .contains(
              "no live code can reach the pool " + HOSTILE,
              '"' + HOSTILE + '"',
              "Created by",
              "shop.Reports.render",
              "shop.<img src=x>.main",
              Cause.ORPHANED_POOL_WORKER.advice());
      assertThat(page.locator("img").count()).isZero();
      picture(page, "fleet-pool");
      page.setViewportSize(360, 740);
      assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
          .isEqualTo(true);
      picture(page, "fleet-pool-phone");
    }
    assertThat(trouble).isEmpty();
  }

  /** For people to look at, where a folder is named. */
  private static void picture(Page page, String name) {
    String folder = System.getProperty("stranded.pictures", "");
    if (!folder.isEmpty()) {
      page.screenshot(
          new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(folder, name + ".png")));
    }
  }

  private static Leak leak(String fingerprint, int jvms) {
    Place place =
        new Place(
            Cause.DEADLOCK.name(),
            "java.util.concurrent.locks.ReentrantLock",
            List.of(
                "java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)",
                "shop.StockTransfer.move(StockTransfer.java:26)"),
            List.of(),
            List.of("each owns what the other waits for"),
            List.of(),
            List.of());
    return leak(fingerprint, jvms, place);
  }

  private static Leak leak(String fingerprint, int jvms, Place place) {
    Instant seen = Instant.now().minusSeconds(900);
    Sighting sighting =
        new Sighting(
            "1",
            seen.toEpochMilli(),
            seen.toEpochMilli(),
            HOSTILE,
            "1.4",
            Verdict.LEAKED.name(),
            2,
            100);
    Leak leak = Leak.first(fingerprint, sighting, place);
    for (int i = 0; i < jvms; i++) {
      leak = leak.plus(sighting, place);
    }
    return leak;
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(endpoint.url() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
