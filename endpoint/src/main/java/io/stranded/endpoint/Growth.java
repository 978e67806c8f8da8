package io.stranded.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a number went, in as many points as fit into a small picture: when there are too many, every
 * second one goes, the higher of two is kept, and from then on fewer are taken.
 */
public final class Growth {
  private static final int MOST = 120;

  private record Point(Instant at, long value) {}

  private final List<Point> points = new ArrayList<>();
  private int each = 1;
  private int pending;
  private long highest;

  /** Adds the number at a time. */
  public synchronized void add(Instant at, long value) {
    highest = pending == 0 ? value : Math.max(highest, value);
    pending++;
    if (pending < each) {
      return;
    }
    pending = 0;
    // The clock was set back: a course runs one way.
    points.removeIf(point -> point.at().isAfter(at));
    points.add(new Point(at, highest));
    if (points.size() > MOST) {
      thin();
    }
  }

  /** The points as {@code [[seconds, value], …]}. */
  synchronized void writeTo(ArrayNode array) {
    points.forEach(point -> array.addArray().add(point.at().getEpochSecond()).add(point.value()));
  }

  private void thin() {
    List<Point> kept = new ArrayList<>();
    for (int i = 0; i + 1 < points.size(); i += 2) {
      Point one = points.get(i);
      Point other = points.get(i + 1);
      kept.add(one.value() > other.value() ? one : other);
    }
    if (points.size() % 2 == 1) {
      kept.add(points.get(points.size() - 1));
    }
    points.clear();
    points.addAll(kept);
    each *= 2;
  }
}
