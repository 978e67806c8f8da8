package publicleaks;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;

/** Runs some of the leaks, or their healthy twins, in one JVM. */
public final class Main {
  private static final int PAUSE_MILLIS = 400;

  /** In so many rounds garbage is collected, without which nobody knows what is lost. */
  private static final int COLLECTED_EVERY = 10;

  /** By then whatever grows was told, or never will be. */
  private static final int MOST_ROUNDS = 300;

  private static volatile boolean started;

  private Main() {}

  /**
   * Takes the names of the leaks after one word. What a service does again and again is done from
   * the first line on that is sent.
   *
   * @param args {@code leaking} or {@code healthy}, and names of classes of this package
   */
  public static void main(String[] args) throws Exception {
    boolean healthy = args[0].equals("healthy");
    List<PublicLeak> leaks = new ArrayList<>();
    for (String name : List.of(args).subList(1, args.length)) {
      Constructor<?> made =
          Class.forName("publicleaks." + name).getDeclaredConstructor(boolean.class);
      leaks.add((PublicLeak) made.newInstance(healthy));
    }
    // What main has called leaves words on its stack.
    daemon("starter", () -> startAll(leaks)).join();
    if (!started) {
      System.exit(1);
    }
    System.out.println("READY");
    int grown = 0;
    for (int round = 0; ; round++) {
      if (grown > 0 || System.in.available() > 0) {
        grown++;
      }
      for (PublicLeak leak : grown > 0 && grown < MOST_ROUNDS ? leaks : List.<PublicLeak>of()) {
        leak.again();
      }
      Thread.sleep(PAUSE_MILLIS);
      if (round % COLLECTED_EVERY == 0) {
        System.gc();
      }
    }
  }

  private static void startAll(List<PublicLeak> leaks) {
    for (PublicLeak leak : leaks) {
      try {
        leak.start();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    started = true;
  }

  /** Starts a thread that does not keep the JVM alive. */
  static Thread daemon(String name, Runnable action) {
    Thread thread = new Thread(action, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
