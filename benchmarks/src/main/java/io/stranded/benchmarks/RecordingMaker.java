package io.stranded.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Configuration;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/**
 * Makes a recording of a server that starts a thread for each request, as the agent would record
 * it: two events of ours for a request and one of the application's, a wait that was reported and
 * ended for one in fifty, and a thread that waits on for one in a million. Arguments: megabytes,
 * file.
 */
final class RecordingMaker {
  private static final int WRITERS = 2;
  private static final int REQUESTS_BETWEEN_LOOKS = 10_000;
  private static final String STACK =
      """
      jdk.internal.misc.Unsafe.park(Unsafe.java)
      java.util.concurrent.locks.LockSupport.park(LockSupport.java:211)
      java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)
      app.Server.answer(Server.java:42)\
      """;

  private static final AtomicLong NEXT_ID = new AtomicLong(1000);

  @Name("stranded.ThreadStart")
  static final class ThreadStart extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;
  }

  @Name("stranded.ThreadExit")
  @StackTrace(false)
  static final class ThreadExit extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;
  }

  @Name("stranded.ThreadPark")
  @StackTrace(false)
  static final class ThreadPark extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;
    String kind = "park";
    String blockerClass = "java.util.concurrent.CountDownLatch$Sync";
    int blockerIdentity;
    long ownerId;
    boolean timed;

    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long parkedSince;

    String threadStack = STACK;
  }

  @Name("stranded.ThreadUnpark")
  @StackTrace(false)
  static final class ThreadUnpark extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;

    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long parkedSince;
  }

  @Name("app.Request")
  static final class Request extends Event {
    String path = "/orders";
    int status = 200;
    long bytes;
  }

  private RecordingMaker() {}

  public static void main(String[] args) throws Exception {
    long bytes = Long.parseLong(args[0]) << 20;
    try (Recording recording = new Recording(Configuration.getConfiguration("default"))) {
      recording.setToDisk(true);
      recording.start();
      Thread[] writers = new Thread[WRITERS];
      for (int i = 0; i < WRITERS; i++) {
        writers[i] = new Thread(() -> write(recording, bytes), "writer-" + i);
        writers[i].start();
      }
      for (Thread writer : writers) {
        writer.join();
      }
      recording.stop();
      recording.dump(Path.of(args[1]));
    }
  }

  private static void write(Recording recording, long bytes) {
    while (recording.getSize() < bytes) {
      for (int i = 0; i < REQUESTS_BETWEEN_LOOKS; i++) {
        serve(NEXT_ID.incrementAndGet());
      }
      pause();
    }
  }

  private static void serve(long id) {
    ThreadStart start = new ThreadStart();
    start.threadId = id;
    start.virtual = true;
    start.commit();
    boolean leaks = id % 1_000_000 == 0;
    if (leaks || id % 50 == 0) {
      wait(id, leaks);
    }
    Request request = new Request();
    request.begin();
    request.bytes = id;
    request.commit();
    if (!leaks) {
      ThreadExit exit = new ThreadExit();
      exit.threadId = id;
      exit.virtual = true;
      exit.commit();
    }
  }

  private static void wait(long id, boolean leaks) {
    long since = System.currentTimeMillis();
    ThreadPark park = new ThreadPark();
    park.threadId = id;
    park.virtual = true;
    park.blockerIdentity = (int) id;
    park.parkedSince = since;
    park.commit();
    if (!leaks) {
      ThreadUnpark unpark = new ThreadUnpark();
      unpark.threadId = id;
      unpark.virtual = true;
      unpark.parkedSince = since;
      unpark.commit();
    }
  }

  /** The recorder writes to disk meanwhile, or it would lose events. */
  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
