package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.stranded.endpoint.Browser;
import io.stranded.finding.Target;
import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.Trend.Point;
import io.stranded.internal.trend.TrendLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of trends in a real browser. */
class TrendPageTest {
  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
  private static final String XSS = "</title></style><script>alert(1)</script><img src=x>";

  @SuppressWarnings("NullAway.Init")
  private static Browser browser;

  private final List<String> trouble = new ArrayList<>();
  private final Path directory;

  TrendPageTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void startBrowser() {
    browser = Browser.start();
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @Test
  void placesAreCardsThatTellWhoStartedTheThreads() throws IOException {
    Page page = open(new NewContextOptions().setViewportSize(1280, 900));
    assertThat(page.textContent("h1")).isEqualTo("Threads in shop");
    assertThat(page.locator(".tiles").textContent()).contains("places that rise1");
    assertThat(page.locator(".finding").count()).isEqualTo(2);
    Locator rising = page.locator(".finding.rises");
    assertThat(rising.textContent()).contains("rising by 60.0 an hour", "app.Orders.open");
    assertThat(rising.locator(".stack").isVisible()).isFalse();
    rising.locator("summary").click();
    assertThat(rising.locator(".stack").textContent()).contains("app.Orders.open(Orders.java:7)");
    picture(page, "trend");
    assertThat(trouble).isEmpty();
  }

  @Test
  void pointTellsItsNumbersUnderThePointer() throws IOException {
    Page page = open(new NewContextOptions().setViewportSize(1280, 900));
    Locator point = page.locator(".plot .at").nth(30);
    String seen = "(group) => getComputedStyle(group.querySelector('text')).opacity";
    assertThat(point.evaluate(seen)).hasToString("0");
    point.locator("rect").hover();
    assertThat(point.evaluate(seen)).hasToString("1");
    assertThat(point.locator("text").textContent()).isEqualTo("50 at 30 min 0 s");
    assertThat(page.locator(".plot svg").textContent())
        .contains("15 min 0 s", "30 min 0 s", "45 min 0 s", "1 h 0 min");
    assertThat(trouble).isEmpty();
  }

  @Test
  void whatIsRecordedStaysTextWhateverItHolds() throws IOException {
    Page page = open(new NewContextOptions());
    assertThat(page.locator("script, img").count()).isZero();
    assertThat(page.locator("main").textContent()).contains(XSS);
    assertThat(page.locator(".notes").textContent()).isEqualTo(XSS);
    assertThat(trouble).isEmpty();
  }

  @Test
  void phoneInTheDarkNeedsNoScrollingSideways() throws IOException {
    Page page =
        open(new NewContextOptions().setViewportSize(360, 740).setColorScheme(ColorScheme.DARK));
    assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
        .isEqualTo(true);
    assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(16, 20, 26)");
    picture(page, "trend-phone");
  }

  private Page open(NewContextOptions options) throws IOException {
    TrendReport report =
        new TrendReport(
            Optional.of(new Target("shop", "1", Target.UNKNOWN, 0, "17")),
            START,
            START.plusSeconds(3600),
            trend(minute -> 20 + minute),
            List.of(
                new TrendReport.Group(
                    "app.Orders.open(Orders.java:7)",
                    List.of("app.Orders.open(Orders.java:7)"),
                    90,
                    30,
                    trend(minute -> minute)),
                new TrendReport.Group(XSS, List.of(), 9, 2, trend(minute -> 7))),
            List.of(XSS));
    Path file = Files.writeString(directory.resolve("trend.html"), TrendPage.of(report, 9));
    Page page = browser.get().newContext(options).newPage();
    page.onConsoleMessage(message -> trouble.add(message.text()));
    page.onPageError(trouble::add);
    page.onDialog(
        dialog -> {
          trouble.add(dialog.message());
          dialog.dismiss();
        });
    page.navigate(file.toUri().toString());
    return page;
  }

  private static Trend trend(IntUnaryOperator count) {
    List<Point> points = new ArrayList<>();
    for (int minute = 0; minute <= 60; minute++) {
      long threads = count.applyAsInt(minute);
      points.add(new Point(START.plusSeconds(60L * minute), threads, threads, threads, 0, 0));
    }
    return Trend.of(points, TrendLimits.DEFAULTS);
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
