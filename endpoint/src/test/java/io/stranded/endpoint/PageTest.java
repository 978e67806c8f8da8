package io.stranded.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.stranded.finding.Finding;
import io.stranded.finding.Life;
import io.stranded.report.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in a real browser. */
class PageTest {
  @SuppressWarnings("NullAway.Init")
  private static Browser browser;

  private final FakeSidecar sidecar = new FakeSidecar();
  private final SidecarSite site = new SidecarSite(sidecar, sidecar.findings, false);
  private final List<String> trouble = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private Endpoint endpoint;

  @BeforeAll
  static void startBrowser() {
    browser = Browser.start();
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @BeforeEach
  void start() throws IOException {
    endpoint = Endpoint.start(EndpointConfig.local(0), site, line -> {});
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void findingsAreShownWithTheirEvidence() {
    sidecar.leak();
    grow();
    Page page = open(new NewContextOptions().setViewportSize(1280, 900));
    page.waitForSelector(".finding");
    assertThat(page.textContent("h1")).isEqualTo("4 threads can never run again");
    assertThat(page.title()).isEqualTo("(4) Stranded – orders 4711");
    assertThat(page.locator(".finding").count()).isEqualTo(4);
    Locator first = page.locator(".finding").first();
    first.locator("summary").first().click();
    assertThat(first.textContent())
        .contains(
            "abandoned queue consumer",
            "only leaked threads refer to what it waits on",
            "app.Import.next",
            "first in orders 1.4",
            "import-1");
    assertThat(page.locator("#leaks").textContent()).contains("like \"mail\" #31");
    assertThat(page.locator(".jvm").textContent()).contains("20 usual", "3 snapshots, 20 ms");
    assertThat(first.locator("svg.spark path").count()).isEqualTo(2);
    picture(page, "light");
    assertThat(trouble).isEmpty();
  }

  @Test
  void closedCardsOfOneCauseAreToldApartByTheirPlaces() {
    Finding known = Samples.consumers(3);
    Finding other =
        new Finding(
            "0000000000000009",
            known.verdict(),
            known.confidence(),
            known.cause(),
            known.summary(),
            known.blockedOn(),
            known.threads(),
            known.pinnedBytes(),
            List.of("java.util.concurrent.ArrayBlockingQueue.take(ArrayBlockingQueue.java:420)"),
            List.of("java.lang.Thread.start(Thread.java:809)", "app.Mail.start(Mail.java:8)"),
            known.evidence());
    sidecar.report(List.of(known, other), Life.Stage.OPENED);
    Page page = open(new NewContextOptions().setViewportSize(360, 740));
    page.waitForSelector(".finding");
    assertThat(page.locator(".finding > summary").allInnerTexts())
        .anyMatch(closed -> closed.contains("at app.Import.next(Import.java:31)"))
        .anyMatch(closed -> closed.contains("created by app.Mail.start(Mail.java:8)"));
    assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
        .isEqualTo(true);
    picture(page, "places");
    assertThat(trouble).isEmpty();
  }

  @Test
  void nameOfAThreadStaysTextWhateverItHolds() {
    sidecar.leak();
    Page page = open(new NewContextOptions());
    page.waitForSelector(".finding");
    page.locator(".finding").all().forEach(each -> each.locator("summary").first().click());
    assertThat(page.locator("img").count()).isZero();
    assertThat(page.locator("script").count()).isEqualTo(1);
    assertThat(page.locator("#leaks").textContent())
        .contains("</script><img src=x onerror=alert(1)>\"'")
        .doesNotContain("\u202e", "\u001b");
    assertThat(trouble).isEmpty();
  }

  @Test
  void changesComeWithoutAskingAgain() {
    Page page = open(new NewContextOptions());
    page.waitForSelector(".live.on");
    assertThat(page.textContent("#empty")).startsWith("No thread was found");
    sidecar.report(List.of(Samples.consumers(3)), Life.Stage.OPENED);
    page.waitForSelector("text=3 threads can never run again");
    page.locator(".finding summary").first().click();
    sidecar.report(List.of(Samples.consumers(9)), Life.Stage.GROWN);
    page.waitForSelector("text=9 threads can never run again");
    assertThat(page.locator(".finding").first().getAttribute("open")).isNotNull();
    sidecar.report(List.of(Samples.consumers(9)), Life.Stage.RESOLVED);
    page.waitForSelector("text=No thread is known to be leaked");
    assertThat(trouble).isEmpty();
  }

  @Test
  void searchKeepsWhatMatches() {
    sidecar.leak();
    Page page = open(new NewContextOptions());
    page.waitForSelector(".finding");
    page.keyboard().press("/");
    page.keyboard().type("Import.next");
    assertThat(page.locator(".finding:visible").count()).isEqualTo(1);
    assertThat(page.textContent("#shown")).isEqualTo("1 of 4");
    page.keyboard().type("zzz");
    assertThat(page.textContent("#empty")).isEqualTo("Nothing matches.");
    page.keyboard().press("Escape");
    assertThat(page.locator(".finding:visible").count()).isEqualTo(4);
  }

  @Test
  void phoneInTheDarkNeedsNoScrollingSideways() {
    sidecar.leak();
    grow();
    Page page =
        open(new NewContextOptions().setViewportSize(360, 740).setColorScheme(ColorScheme.DARK));
    page.waitForSelector(".finding");
    page.locator(".finding summary").first().click();
    assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
        .isEqualTo(true);
    assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(16, 20, 26)");
    picture(page, "phone");
  }

  private void grow() {
    Instant start = Instant.now().minusSeconds(600);
    for (int i = 0; i < 60; i++) {
      sidecar.targets.set(0, FakeSidecar.view(FakeSidecar.ORDERS, 20 + i / 3 + i % 4));
      site.sample(start.plusSeconds(10L * i));
    }
  }

  private Page open(NewContextOptions options) {
    BrowserContext context = browser.get().newContext(options);
    Page page = context.newPage();
    page.onConsoleMessage(message -> trouble.add(message.text()));
    page.onPageError(trouble::add);
    page.onDialog(
        dialog -> {
          trouble.add(dialog.message());
          dialog.dismiss();
        });
    page.navigate(endpoint.url());
    return page;
  }

  /** For people to look at, where a folder is named. */
  private static void picture(Page page, String name) {
    String folder = System.getProperty("stranded.pictures", "");
    if (!folder.isEmpty()) {
      page.screenshot(
          new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(folder, name + ".png")));
    }
  }
}
