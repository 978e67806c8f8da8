package io.stranded.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Frameworks;
import io.stranded.internal.stack.Whereabouts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * All that the page shows, at one moment.
 *
 * @param title what is looked at
 * @param at when
 * @param targets JVMs that are watched; empty for a fleet, which knows their findings only
 * @param leaks the worst first
 * @param notes what the reader should know beside
 */
public record PageState(
    String title, Instant at, List<PageTarget> targets, List<PageLeak> leaks, List<String> notes) {
  /** Beyond this a page is no page any more. */
  private static final int MOST_LEAKS = 500;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A state in which no JVM is watched by name. */
  public static PageState ofFleet(String title, List<PageLeak> leaks, List<String> notes) {
    return new PageState(title, Instant.now(), List.of(), leaks, notes);
  }

  /** As the page's script reads it. */
  String json() {
    ObjectNode node = JSON.objectNode();
    node.put("title", title);
    node.put("at", at.toString());
    ArrayNode jvms = node.putArray("targets");
    targets.forEach(target -> jvms.add(node(target)));
    ArrayNode kinds = node.putArray("leaks");
    leaks.stream().limit(MOST_LEAKS).forEach(leak -> kinds.add(node(leak)));
    node.put("moreLeaks", Math.max(0, leaks.size() - MOST_LEAKS));
    texts(node.putArray("notes"), notes);
    return node.toString();
  }

  private static ObjectNode node(PageTarget target) {
    TargetView view = target.view();
    ObjectNode node = JSON.objectNode();
    node.put("service", view.jvm().serviceName());
    node.put("version", view.jvm().serviceVersion().orElse(""));
    node.put("pid", view.jvm().pid());
    node.put("host", view.jvm().hostName());
    node.put("java", view.jvm().javaVersion());
    node.put("level", view.level());
    node.set("now", node(view.now()));
    node.put("stuck", view.stuck());
    view.baseline().ifPresent(usual -> node.set("baseline", node(usual)));
    node.put("snapshots", view.snapshots().count());
    node.put("longestPauseMillis", view.snapshots().longest().map(Duration::toMillis).orElse(0L));
    node.put("dumps", view.dumps().count());
    node.put("dumpPauseMillis", view.dumps().total().toMillis());
    target.live().writeTo(node.putArray("live"));
    target.leaked().writeTo(node.putArray("leaked"));
    return node;
  }

  private static ObjectNode node(TargetView.Threads threads) {
    return JSON.objectNode()
        .put("live", threads.live())
        .put("parked", threads.parked())
        .put("suspect", threads.suspect())
        .put("leaked", threads.leaked());
  }

  private static ObjectNode node(PageLeak leak) {
    ObjectNode node = JSON.objectNode();
    node.put("fingerprint", leak.fingerprint());
    node.put("standing", leak.standing());
    node.put("confidence", leak.confidence());
    node.put("cause", leak.cause());
    node.put("advice", leak.advice());
    node.put("summary", leak.summary());
    node.put("jvms", leak.jvms());
    node.put("threads", leak.threads());
    node.put("pinnedBytes", leak.pinnedBytes());
    node.put("firstSeen", leak.firstSeen().toString());
    node.put("lastSeen", leak.lastSeen().toString());
    node.put("since", leak.since());
    texts(node.putArray("services"), leak.services());
    node.put("waitsOn", leak.waitsOn());
    ObjectNode state = node.putObject("state");
    leak.state().forEach(state::put);
    node.put("where", where(leak));
    texts(node.putArray("evidence"), leak.evidence());
    frames(node.putArray("stack"), leak.stack());
    frames(node.putArray("createdBy"), leak.createdBy());
    texts(node.putArray("names"), leak.names());
    texts(node.putArray("places"), leak.places());
    leak.growth().writeTo(node.putArray("growth"));
    return node;
  }

  /** Where nothing of the application is known, what a thread of it is called. */
  private static String where(PageLeak leak) {
    return Whereabouts.of(leak.stack(), leak.createdBy())
        .or(() -> leak.names().stream().findFirst().map(name -> "like " + name))
        .orElse("");
  }

  private static void frames(ArrayNode array, List<String> frames) {
    frames.stream()
        .filter(frame -> !Frames.isHidden(frame))
        .forEach(
            frame -> {
              String method = Frames.method(frame);
              array
                  .addObject()
                  .put("method", method)
                  .put("place", frame.substring(method.length()))
                  .put("folded", Frameworks.folds(frame));
            });
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
