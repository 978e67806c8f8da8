package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.ThreadCounts;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page is written so strictly that an XML parser takes it, except for the script's text. */
class HtmlReportTest {
  private static final Pattern SCRIPT = Pattern.compile("(?s)<script>(.*?)</script>");
  private static final Pattern STYLE = Pattern.compile("(?s)<style>(.*?)</style>");

  private final LeakProfile profile = Samples.profile();
  private final String page = HtmlReport.of(profile);

  @Test
  void everyFindingIsOnThePageWithAllThatIsKnown() throws Exception {
    List<Element> cards = withClass(parse(page), "details", "finding");
    List<Finding> sections =
        profile.findings().stream().sorted(Comparator.comparing(Finding::standing)).toList();
    assertThat(cards).hasSameSizeAs(sections);
    assertThat(withClass(parse(page), "h3", "section"))
        .extracting(Element::getTextContent)
        .containsExactly("2 threads are stuck for ever unless somebody interrupts them");
    for (int i = 0; i < cards.size(); i++) {
      Finding finding = sections.get(i);
      String text = cards.get(i).getTextContent();
      assertThat(text)
          .contains(finding.summary(), finding.fingerprint(), finding.cause().label())
          .contains(finding.standing().name());
      assertThat(text).contains(finding.evidence().stream().map(HtmlReportTest::shown).toList());
      finding.threads().forEach(thread -> assertThat(text).contains(shown(thread.name())));
    }
    assertThat(cards.get(0).getTextContent())
        .contains("app.Import.run", "Import.java:17", "app.Import.start", "2 frames inside")
        .contains(profile.findings().get(0).cause().advice());
  }

  @Test
  void headAndNotesAreTold() throws Exception {
    assertThat(parse(page).getDocumentElement().getTextContent())
        .contains("4 threads can never run again, 2 more are stuck for ever")
        .contains("orders", "4711", "host-1", "17.0.15+6", "21 November 2026, 10:15:30 UTC")
        .contains("1,234,567 objects")
        .contains(profile.notes());
  }

  @Test
  void hostileThreadNameStaysText() throws Exception {
    Document document = parse(page);
    assertThat(elements(document, "img")).isEmpty();
    assertThat(elements(document, "b"))
        .allSatisfy(bold -> assertThat(bold.getTextContent()).doesNotContain("Evil"));
    assertThat(elements(document, "script")).hasSize(1);
    assertThat(document.getDocumentElement().getTextContent())
        .contains("</script><img src=x onerror=alert(1)>\"';\ufffd[31m\ufffd")
        .doesNotContain("\u202e", "\u001b");
    assertThat(SCRIPT.matcher(page).results()).hasSize(1);
  }

  @Test
  void policyAdmitsTheStyleAndTheScriptOfThePageOnly() throws Exception {
    String policy =
        elements(parse(page), "meta").stream()
            .filter(meta -> meta.getAttribute("http-equiv").equals("Content-Security-Policy"))
            .map(meta -> meta.getAttribute("content"))
            .findFirst()
            .orElseThrow();
    assertThat(policy)
        .startsWith("default-src 'none';")
        .contains("script-src '" + hash(SCRIPT) + "';", "style-src '" + hash(STYLE) + "';")
        .doesNotContain("unsafe", "http");
  }

  @Test
  void pageNeedsNoOtherFile() throws Exception {
    NodeList all = parse(page).getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      assertThat(element.hasAttribute("src")).isFalse();
      assertThat(element.hasAttribute("style")).isFalse();
      if (element.hasAttribute("href")) {
        assertThat(element.getAttribute("href")).startsWith("#");
      }
    }
    assertThat(elements(parse(page), "link")).isEmpty();
    assertThat(page).doesNotContain("@import", "url(");
  }

  @Test
  void manyThreadsAreCountedWhereTheyAreNotNamed() throws Exception {
    Finding many = Samples.consumers(2500);
    LeakProfile large =
        new LeakProfile(
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            ThreadCounts.of(2500, 2500, List.of(many)),
            List.of(many),
            List.of());
    assertThat(parse(HtmlReport.of(large)).getDocumentElement().getTextContent())
        .contains("import-1000")
        .contains("and 1,500 more")
        .doesNotContain("import-1001");
  }

  @Test
  void nothingFoundAndAnIncompleteDumpAreSaid() throws Exception {
    LeakProfile nothing =
        new LeakProfile(
            Optional.empty(),
            Instant.EPOCH,
            Optional.of(new DumpInfo(false, RootPrecision.EXACT, 7, 100)),
            ThreadCounts.of(3, 0, List.of()),
            List.of(),
            List.of());
    assertThat(parse(HtmlReport.of(nothing)).getDocumentElement().getTextContent())
        .contains(
            "Nothing was found, which means little",
            "The dump is incomplete: nothing in it is proved.");
  }

  private static Document parse(String page) throws Exception {
    String withoutScript = SCRIPT.matcher(page).replaceFirst("<script></script>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(withoutScript)));
  }

  private String hash(Pattern element) throws Exception {
    Matcher matcher = element.matcher(page);
    assertThat(matcher.find()).isTrue();
    byte[] content = matcher.group(1).getBytes(StandardCharsets.UTF_8);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    return "sha256-" + Base64.getEncoder().encodeToString(hash);
  }

  private static String shown(String text) {
    return text.replace('\u001b', '\ufffd').replace('\u202e', '\ufffd');
  }

  private static List<Element> withClass(Document document, String name, String type) {
    return elements(document, name).stream()
        .filter(element -> List.of(element.getAttribute("class").split(" ")).contains(type))
        .toList();
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }
}
