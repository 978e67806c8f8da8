package io.stranded.kafka;

import io.stranded.finding.FailureLine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that carries a spool to its topic, batch by batch and in order. A batch counts as
 * delivered when the brokers have acknowledged every record of it; until then it is sent again,
 * from the first record that failed on, so that what was written later is never left overtaken.
 */
final class Sender {
  private static final System.Logger LOG = System.getLogger(Sender.class.getName());

  /** Delivery is noted on the disk once in about so many bytes. */
  private static final int BATCH_BYTES = 2 << 20;

  /** Batches. With one alone the connection would idle while the next is made and compressed. */
  private static final int MOST_UNDER_WAY = 2;

  private static final long IDLE_MILLIS = 500;
  private static final long PAUSE_MILLIS = 1000;
  private static final long PAUSE_FOR_USER_MILLIS = 10_000;

  private static final long LAST_MILLIS = 5000;

  /** Waiting for an acknowledgement longer than this, ask what is wrong. */
  private static final long STALL_SECONDS = 15;

  /** What key, headers and framing may take beside the value. */
  private static final int RECORD_OVERHEAD_BYTES = 4096;

  private final KafkaSinkConfig config;
  private final Spool spool;
  private final Quarantine quarantine;
  private final KafkaConnection connection;
  private final Thread thread;
  private final Object pauses = new Object();
  private final AtomicLong delivered = new AtomicLong();
  private volatile boolean closing;
  private volatile boolean stopped;
  private volatile @Nullable KafkaProblem problem;

  Sender(KafkaSinkConfig config, Spool spool, Quarantine quarantine, KafkaConnection connection) {
    this.config = config;
    this.spool = spool;
    this.quarantine = quarantine;
    this.connection = connection;
    this.thread = new Thread(this::run, "stranded-kafka-sender");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** What keeps it from delivering, if anything does. */
  Optional<KafkaProblem> problem() {
    return Optional.ofNullable(problem);
  }

  /** How many records were acknowledged by Kafka. */
  long delivered() {
    return delivered.get();
  }

  /** Goes on until the spool is empty, the time is over or waiting cannot help; then ends. */
  void finish(Duration limit) {
    closing = true;
    spool.wake();
    wakeFromPause();
    boolean undisturbed = join(limit.toMillis());
    stopped = true;
    wakeFromPause();
    // Fails whatever the thread still waits for.
    connection.close();
    thread.interrupt();
    undisturbed &= join(LAST_MILLIS);
    if (!undisturbed) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopped) {
      try {
        Producer<byte[], byte[]> producer = connection.open();
        Optional<SpoolBatch> batch = spool.next(BATCH_BYTES, IDLE_MILLIS);
        if (batch.isPresent()) {
          deliver(producer, batch.get());
        } else if (closing) {
          return;
        } else {
          recovered();
        }
      } catch (InterruptedException e) {
        // Only finish() interrupts, when it is done waiting.
        return;
      } catch (IOException e) {
        // The spool's disk; its message is made for the user.
        pauseAfter(new KafkaProblem(KafkaProblem.Kind.DISK, FailureLine.of(e)));
      } catch (ExecutionException | RuntimeException e) {
        if (stopped) {
          return;
        }
        KafkaProblem met = connection.explain(e);
        if (met.kind() != KafkaProblem.Kind.UNREACHABLE) {
          // A new connection reads certificates and secrets afresh.
          connection.disconnect();
        }
        pauseAfter(met);
      }
    }
  }

  /**
   * Delivers a batch and all that are there behind it, the next always on its way while one is
   * waited for.
   */
  private void deliver(Producer<byte[], byte[]> producer, SpoolBatch first)
      throws IOException, ExecutionException, InterruptedException {
    Deque<Parcel> underWay = new ArrayDeque<>();
    send(producer, first, underWay);
    while (!underWay.isEmpty()) {
      // Behind what the producer has refused nothing is sent, since it would overtake that.
      if (underWay.size() < MOST_UNDER_WAY && underWay.getLast().isSent()) {
        Optional<SpoolBatch> next = spool.after(underWay.getLast().batch(), BATCH_BYTES);
        if (next.isPresent()) {
          send(producer, next.get(), underWay);
        }
      }
      awaitFirst(producer, underWay);
      Parcel arrived = underWay.removeFirst();
      for (Map.Entry<Integer, String> line : arrived.damaged().entrySet()) {
        setAside(arrived.batch().lines().get(line.getKey()), line.getValue());
      }
      spool.delivered(arrived.batch());
      recovered();
    }
  }

  private void send(Producer<byte[], byte[]> producer, SpoolBatch batch, Deque<Parcel> underWay)
      throws InterruptedException {
    Parcel parcel = new Parcel(batch, config.topic());
    parcel.send(producer);
    underWay.add(parcel);
  }

  /** Waits until all of the first is acknowledged; what is too large is cut. */
  private void awaitFirst(Producer<byte[], byte[]> producer, Deque<Parcel> underWay)
      throws IOException, ExecutionException, InterruptedException {
    Parcel parcel = underWay.getFirst();
    while (!parcel.hasArrived()) {
      // The last first: so this thread is woken once and not for each.
      await(parcel.lastAnswer());
      await(parcel.answer());
      try {
        parcel.answer().get();
        parcel.arrived();
        delivered.incrementAndGet();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RecordTooLargeException)) {
          throw e;
        }
        cut(parcel);
        // What came after it is sent again: a repeat does no harm, an overtaken record might.
        parcel.send(producer);
        while (underWay.size() > 1) {
          underWay.removeLast();
        }
      }
    }
  }

  /** Waits for an answer, whatever it is. */
  private void await(Future<RecordMetadata> answer)
      throws ExecutionException, InterruptedException {
    while (!answer.isDone()) {
      try {
        answer.get(STALL_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        return;
      } catch (TimeoutException e) {
        // The producer itself tries on for ever and tells nobody why.
        KafkaProblem stall = connection.diagnose();
        report(stall);
      }
    }
  }

  private void cut(Parcel parcel) throws IOException {
    byte[] line = parcel.waiting().value();
    int most = connection.maxRequestBytes() - RECORD_OVERHEAD_BYTES;
    // Small enough for us and refused by the broker, whose limit is not known.
    int wanted = line.length > most ? most : line.length / 2;
    Optional<byte[]> smaller = MessageCutter.cut(line, wanted);
    if (smaller.isPresent()) {
      parcel.replaceWaiting(CloudEvent.record(config.topic(), smaller.get()));
    } else {
      setAside(line, "too large for Kafka, even when cut");
      parcel.removeWaiting();
    }
  }

  private void setAside(byte[] line, String reason) throws IOException {
    quarantine.add(line, reason);
    LOG.log(
        System.Logger.Level.WARNING,
        "a finding cannot be sent, it is set aside in " + quarantine.file() + ": " + reason);
  }

  private void recovered() {
    if (problem != null) {
      problem = null;
      LOG.log(System.Logger.Level.INFO, "findings are delivered to Kafka again");
    }
  }

  private void report(KafkaProblem met) {
    KafkaProblem former = problem;
    problem = met;
    if (former == null || former.kind() != met.kind()) {
      LOG.log(
          System.Logger.Level.WARNING,
          met.whileTrying() + " (" + spool.pending() + " waiting in " + spool.directory() + ")");
    }
  }

  private void pauseAfter(KafkaProblem met) {
    report(met);
    if (closing && met.needsUser()) {
      stopped = true;
      return;
    }
    synchronized (pauses) {
      long millis = met.needsUser() ? PAUSE_FOR_USER_MILLIS : PAUSE_MILLIS;
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      long left = millis;
      while (left > 0 && !stopped && !(closing && met.needsUser())) {
        try {
          pauses.wait(left);
        } catch (InterruptedException e) {
          stopped = true;
        }
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    }
  }

  private void wakeFromPause() {
    synchronized (pauses) {
      pauses.notifyAll();
    }
  }

  /** Waits for the thread; returns whether that was not interrupted. */
  private boolean join(long millis) {
    try {
      thread.join(Math.max(1, millis));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
