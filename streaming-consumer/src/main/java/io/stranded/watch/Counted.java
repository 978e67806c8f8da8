package io.stranded.watch;

import java.util.Locale;

/**
 * Numbers of threads at a time.
 *
 * @param live that live
 * @param parked of those, the ones in an untimed wait that was told of
 * @param suspect of those, the ones that have waited for too long
 * @param leaked of leaked findings
 */
public record Counted(long live, long parked, long suspect, long leaked) {
  /** What is counted. */
  public enum Kind {
    LIVE,
    PARKED,
    SUSPECT,
    LEAKED;

    /** In a line for people. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** No threads. */
  public static final Counted NONE = new Counted(0, 0, 0, 0);

  /** One of them. */
  public long of(Kind kind) {
    return switch (kind) {
      case LIVE -> live;
      case PARKED -> parked;
      case SUSPECT -> suspect;
      case LEAKED -> leaked;
    };
  }

  @Override
  public String toString() {
    return live + " live, " + parked + " parked, " + suspect + " suspect, " + leaked + " leaked";
  }
}
