package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Threads in {@code Object.wait} on what only the JVM itself leads to, and everybody finds again:
 * interned strings, classes of arrays, and what a constant in the code of a class is. Their twins
 * wait on objects of the same kind that nobody finds.
 */
public final class Constants {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private Constants() {}

  /** Of a loader of its own. */
  public static final class Plugin {
    private Plugin() {}
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    char[] key = ("order-" + ProcessHandle.current().pid()).toCharArray();
    spawner.live("interned-string", () -> awaitOn(new String(key).intern()));
    spawner.live("literal", () -> awaitOn(literal()));
    spawner.live("lambda", () -> awaitOn(lambda()));
    spawner.live("waker", () -> wakeLater(key));
    spawner.leak(Cause.MONITOR_NEVER_NOTIFIED, "object", () -> awaitOn(new Object()));
    spawner.start(
        Expected.Kind.DOUBT,
        Cause.MONITOR_NEVER_NOTIFIED,
        "string-nobody-interns",
        () -> awaitOn(new String(key)));
    arrayClasses(spawner);
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void wakeLater(char[] key) throws InterruptedException {
    TimeUnit.DAYS.sleep(1);
    notifyAllOf(new String(key).intern());
    notifyAllOf(literal());
    notifyAllOf(lambda());
    notifyAllOf(Constants[].class);
    notifyAllOf(long[].class);
  }

  /** Whoever has a class has those of its arrays, of all dimensions. */
  private static void arrayClasses(Spawner spawner) throws ReflectiveOperationException {
    spawner.live("array-class", () -> awaitOn(Constants[].class));
    spawner.live("primitive-array-class", () -> awaitOn(long[][].class));
    Class<?> held = new OwnLoader(Plugin.class).load(Plugin.class);
    HELD.add(held);
    spawner.live("array-class-of-plugin", () -> awaitOn(held.arrayType().arrayType()));
    Class<?> dropped = new OwnLoader(Plugin.class).load(Plugin.class);
    // Code of the other plugin could refer to it.
    spawner.start(
        Expected.Kind.DOUBT,
        Cause.MONITOR_NEVER_NOTIFIED,
        "array-class-of-plugin",
        () -> awaitOn(dropped.arrayType().arrayType()));
  }

  private static Object literal() {
    return "a literal that is a monitor";
  }

  /** One and the same object at each call, since it captures nothing. */
  private static Object lambda() {
    Supplier<String> supplier = () -> "";
    return supplier;
  }

  private static void awaitOn(Object monitor) throws InterruptedException {
    synchronized (monitor) {
      while (true) {
        monitor.wait();
      }
    }
  }

  private static void notifyAllOf(Object monitor) {
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }
}
