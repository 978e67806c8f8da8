package io.stranded.report;

import io.stranded.finding.Confidence;
import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Frameworks;
import io.stranded.internal.stack.StackFold;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a profile as one HTML page that needs nothing else: no network, no file beside it, and no
 * script to be read. Whatever the target named, it stays text: values are escaped by the {@link
 * Template}, and a content security policy admits our own style and script only.
 */
public final class HtmlReport {
  private static final Template PAGE = Template.load("report.html");
  private static final String STYLE = Template.text("report.css");
  private static final String SCRIPT = Template.text("report.js");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final int MOST_THREADS = 1000;
  private static final int ROW_HEIGHT = 21;
  private static final int APPLICATION_TONES = 4;

  private HtmlReport() {}

  /** The page. */
  public static String of(LeakProfile profile) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("style", STYLE);
    page.put("script", SCRIPT);
    page.put("policy", policy());
    page.put("headline", TextReport.headline(profile));
    page.put("target", optional(profile.target().map(HtmlReport::target)));
    page.put("takenAt", profile.takenAt().toString());
    page.put("takenAtText", TIME.format(profile.takenAt()));
    page.put("dump", optional(profile.dump().map(HtmlReport::dump)));
    page.put("incomplete", profile.dump().filter(dump -> !dump.complete()).isPresent());
    page.put("unknowns", texts(profile.unknowns()));
    page.put("nothing", nothing(profile));
    page.put("tiles", tiles(profile));
    page.put("hasNotes", !profile.notes().isEmpty());
    page.put("notes", texts(profile.notes()));
    page.put("hasFindings", !profile.findings().isEmpty());
    page.put("filters", filters(profile));
    FlameLayout flame = FlameLayout.of(profile);
    page.put("flameHeight", flame.rows() * ROW_HEIGHT);
    page.put(
        "frames", flame.boxes().stream().map(box -> frame(box, flame.boxes().get(0))).toList());
    List<Map<String, Object>> findings = new ArrayList<>();
    for (Standing standing : Standing.values()) {
      List<Finding> members =
          profile.findings().stream().filter(f -> f.standing() == standing).toList();
      Object section =
          standing == Standing.STUCK && !members.isEmpty()
              ? Map.of("title", TextReport.stuck(members))
              : false;
      for (Finding finding : members) {
        Map<String, Object> card = finding(finding, findings.size() + 1, flame.from(finding));
        card.put("section", section);
        findings.add(card);
        section = false;
      }
    }
    page.put("findings", findings);
    return PAGE.render(page);
  }

  /** Admits nothing but our style and our script, told by their hashes. */
  private static String policy() {
    return "default-src 'none'; style-src '"
        + hash(STYLE)
        + "'; script-src '"
        + hash(SCRIPT)
        + "'; base-uri 'none'; form-action 'none'";
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Map<String, Object> target(Target target) {
    return Map.of(
        "service", target.serviceName(),
        "process", TextReport.process(target).map(p -> ", " + p).orElse(""),
        "java", target.javaVersion());
  }

  /** What the absence of findings means. */
  private static String nothing(LeakProfile profile) {
    if (!profile.isConclusive()) {
      return "Nothing was found, which means little here: not all threads could be judged.";
    }
    return profile.dump().isPresent()
        ? "No thread was found that can never run again."
        : "No thread is suspected never to run again.";
  }

  private static Map<String, Object> dump(DumpInfo dump) {
    return Map.of(
        "objects", number(dump.objects()),
        "size", TextReport.bytes(dump.bytes()),
        "roots", dump.roots().label());
  }

  private static List<Map<String, String>> tiles(LeakProfile profile) {
    List<Map<String, String>> tiles = new ArrayList<>();
    for (Standing standing : Standing.values()) {
      long threads = ThreadCounts.count(profile.findings(), standing);
      if (threads > 0 || (standing == Standing.LEAKED && profile.dump().isPresent())) {
        String label =
            switch (standing) {
              case LEAKED -> "can never run again";
              case STUCK -> "stuck unless interrupted";
              case INCONCLUSIVE -> "inconclusive";
              case SUSPECT -> "suspected";
            };
        tiles.add(tile(threads == 0 ? "" : tone(standing), number(threads), label));
      }
    }
    long pinned = profile.findings().stream().mapToLong(Finding::pinnedBytes).sum();
    if (pinned > 0) {
      tiles.add(tile("", TextReport.bytes(pinned), "pinned by them"));
    }
    ThreadCounts threads = profile.threads();
    tiles.add(tile("", number(threads.candidates()), "wait without a timeout"));
    threads.virtual().ifPresent(virtual -> tiles.add(tile("", number(virtual), "virtual threads")));
    tiles.add(tile("", number(threads.total()), "threads in all"));
    return tiles;
  }

  private static Map<String, String> tile(String tone, String value, String label) {
    return Map.of("tone", tone, "value", value, "label", label);
  }

  private static List<Map<String, Object>> filters(LeakProfile profile) {
    Map<String, Map<String, Object>> filters = new LinkedHashMap<>();
    for (Finding finding : profile.findings()) {
      String kind = kind(finding);
      long count = profile.findings().stream().filter(f -> kind(f).equals(kind)).count();
      filters.put(
          kind,
          Map.of("kind", kind, "label", kind, "tone", tone(finding.standing()), "count", count));
    }
    return List.copyOf(filters.values());
  }

  private static Map<String, Object> frame(FlameLayout.Box box, FlameLayout.Box all) {
    double total = Math.max(1, all.to());
    String tone =
        switch (box.row()) {
          case 0 -> "all";
          case 1 -> box.name().toLowerCase(Locale.ROOT);
          default -> frameTone(box.name());
        };
    long threads = box.to() - box.from();
    Map<String, Object> frame = new LinkedHashMap<>();
    frame.put("tone", tone);
    frame.put("x", percent(box.from() / total));
    frame.put("width", percent(threads / total));
    frame.put("y", box.row() * ROW_HEIGHT);
    frame.put("from", box.from());
    frame.put("to", box.to());
    frame.put("row", box.row());
    frame.put("name", box.name());
    frame.put(
        "threads", TextReport.threads(threads) + ", " + Math.round(100 * threads / total) + " %");
    frame.put("label", box.row() < 2 ? box.name() + " " + threads : shortName(box.name()));
    return frame;
  }

  /**
   * Frames of the JDK and of frameworks in one colour, those of one class of the application in one
   * of a few.
   */
  private static String frameTone(String method) {
    if (Frameworks.folds(method) || method.startsWith("[")) {
      return "jdk";
    }
    String type = method.substring(0, Math.max(0, method.lastIndexOf('.')));
    return "app" + Math.floorMod(type.hashCode(), APPLICATION_TONES);
  }

  /** Class and method without the package. */
  private static String shortName(String method) {
    int dot = method.lastIndexOf('.');
    int type = dot < 0 ? -1 : method.lastIndexOf('.', dot - 1);
    return method.substring(type + 1);
  }

  private static Map<String, Object> finding(Finding finding, int number, long from) {
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("number", number);
    card.put("from", from);
    card.put("to", from + finding.count());
    card.put("kind", kind(finding));
    card.put("meaning", meaning(finding));
    card.put("tone", tone(finding.standing()));
    card.put("count", number(finding.count()));
    card.put("threadsWord", finding.count() == 1 ? "thread" : "threads");
    card.put("cause", finding.cause().label());
    card.put(
        "pinned",
        finding.pinnedBytes() == 0
            ? false
            : Map.of("bytes", TextReport.bytes(finding.pinnedBytes())));
    card.put("summary", finding.summary());
    card.put("proof", proof(finding));
    String type = finding.blockedOn().type();
    card.put("waitsOn", type.isEmpty() ? finding.blockedOn().kind() : type);
    card.put("hasState", !finding.blockedOn().state().isEmpty());
    card.put(
        "state",
        finding.blockedOn().state().entrySet().stream()
            .map(entry -> Map.of("name", entry.getKey(), "value", entry.getValue()))
            .toList());
    card.put(
        "fix",
        finding.verdict() == Verdict.INCONCLUSIVE
            ? false
            : Map.of("advice", finding.cause().advice()));
    card.put("fingerprint", finding.fingerprint());
    List<Map<String, Object>> stacks = new ArrayList<>();
    stacks.add(stack("Stack", finding.stack()));
    if (!finding.createdBy().isEmpty()) {
      stacks.add(stack("Created by", finding.createdBy()));
    }
    card.put("stacks", stacks);
    threads(finding, card);
    return card;
  }

  private static Object proof(Finding finding) {
    return finding.evidence().isEmpty()
        ? false
        : Map.of(
            "label",
            finding.standing() == Standing.LEAKED ? "Proof" : "Because",
            "lines",
            texts(finding.evidence()));
  }

  private static Map<String, Object> stack(String title, List<String> frames) {
    StackFold fold = StackFold.of(frames);
    List<Map<String, Object>> runs = new ArrayList<>();
    for (StackFold.Line line : fold.lines()) {
      Map<String, Object> run = new LinkedHashMap<>(frame(line.frame()));
      boolean others = Frameworks.folds(line.frame());
      run.put("tone", others ? "jdk" : "app");
      run.put("hasInside", !line.inside().isEmpty());
      run.put("insideText", frames(line.inside().size()) + " inside");
      run.put("inside", line.inside().stream().map(HtmlReport::frame).toList());
      runs.add(run);
    }
    return Map.of(
        "title",
        title,
        "runs",
        runs,
        "hasOutside",
        !fold.outside().isEmpty(),
        "outsideText",
        frames(fold.outside().size()) + " outside",
        "outside",
        fold.outside().stream().map(HtmlReport::frame).toList(),
        "none",
        runs.isEmpty());
  }

  private static Map<String, Object> frame(String frame) {
    String method = Frames.method(frame);
    String place = frame.substring(method.length());
    boolean bracketed = place.startsWith("(") && place.endsWith(")");
    return Map.of(
        "method", method, "place", bracketed ? place.substring(1, place.length() - 1) : place);
  }

  private static String frames(int count) {
    return count == 1 ? "1 frame" : count + " frames";
  }

  private static void threads(Finding finding, Map<String, Object> card) {
    int more = finding.count() - MOST_THREADS;
    card.put("threadsTitle", finding.count() == 1 ? "Thread" : "Threads");
    card.put(
        "threads", finding.threads().stream().limit(MOST_THREADS).map(HtmlReport::thread).toList());
    card.put("more", more > 0 ? Map.of("text", "and " + number(more) + " more") : false);
  }

  private static Map<String, Object> thread(FoundThread thread) {
    return Map.of(
        "name", thread.name().isEmpty() ? thread.label() : thread.name(),
        "named", !thread.name().isEmpty(),
        "id", thread.id(),
        "virtual", thread.virtual(),
        "parkedFor",
            optional(thread.parkedFor().map(age -> Map.of("age", TextReport.duration(age)))));
  }

  /** What a finding is filtered by: its standing, and its confidence where there are several. */
  private static String kind(Finding finding) {
    String standing = finding.standing().name();
    return finding
        .confidence()
        .filter(confidence -> finding.standing() == Standing.STUCK)
        .map(confidence -> standing + " " + confidence.name().replace('_', ' '))
        .orElse(standing);
  }

  /** The kind in a sentence. */
  private static String meaning(Finding finding) {
    return switch (finding.verdict()) {
      case INCONCLUSIVE -> "The evidence has a gap";
      case SUSPECT -> "Seen waiting for long, which proves nothing";
      case LEAKED ->
          switch (finding.confidence().orElse(Confidence.PROVEN)) {
            case PROVEN -> "No reference of any kind leads live code to what could end the wait";
            case INTERRUPT_ONLY -> "Live code could only interrupt the thread";
            case WEAKLY_HELD -> "Only a weak or soft reference still leads there";
          };
    };
  }

  private static String tone(Standing standing) {
    return standing.name().toLowerCase(Locale.ROOT);
  }

  private static Object optional(Optional<? extends Map<String, ?>> value) {
    return value.isPresent() ? value.get() : false;
  }

  private static List<Map<String, String>> texts(List<String> texts) {
    return texts.stream().map(text -> Map.of("text", text)).toList();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.4f", 100 * part);
  }
}
