package io.stranded.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
  private static final int BATCH_BYTES = 4 << 20;

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
        pauseAfter(new KafkaProblem(KafkaProblem.Kind.DISK, String.valueOf(e.getMessage())));
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
   * A batch, made ready to be sent.
   *
   * @param damaged what is wrong with lines that make no record, by their index in the batch
   */
  private record Parcel(
      SpoolBatch batch,
      List<ProducerRecord<byte[], byte[]>> records,
      Map<Integer, String> damaged) {}

  /**
   * Delivers a batch and all that are there behind it. While one is on its way the next is made
   * ready, but it is sent only when all of the former has arrived: so nothing can be overtaken.
   */
  private void deliver(Producer<byte[], byte[]> producer, SpoolBatch first)
      throws IOException, ExecutionException, InterruptedException {
    Optional<Parcel> parcel = Optional.of(parcel(first));
    List<Future<RecordMetadata>> sent = send(producer, parcel.get().records);
    while (parcel.isPresent()) {
      Parcel current = parcel.get();
      Optional<Parcel> next = spool.after(current.batch, BATCH_BYTES).map(this::parcel);
      awaitAll(producer, current.records, sent);
      try {
        sent = next.isPresent() ? send(producer, next.get().records) : List.of();
      } finally {
        for (Map.Entry<Integer, String> line : current.damaged.entrySet()) {
          setAside(current.batch.lines().get(line.getKey()), line.getValue());
        }
        spool.delivered(current.batch);
      }
      recovered();
      parcel = next;
    }
  }

  private Parcel parcel(SpoolBatch batch) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<Integer, String> damaged = new TreeMap<>();
    for (int i = 0; i < batch.lines().size(); i++) {
      byte[] line = batch.lines().get(i);
      try {
        if (batch.inherited()) {
          MessageHead.check(line);
        }
        records.add(CloudEvent.record(config.topic(), line));
      } catch (IllegalArgumentException e) {
        damaged.put(i, "damaged: " + e.getMessage());
      }
    }
    return new Parcel(batch, records, damaged);
  }

  /**
   * Waits until all are acknowledged; cuts those that are too large and sends what follows anew.
   */
  private void awaitAll(
      Producer<byte[], byte[]> producer,
      List<ProducerRecord<byte[], byte[]>> records,
      List<Future<RecordMetadata>> sent)
      throws IOException, ExecutionException, InterruptedException {
    int from = 0;
    List<Future<RecordMetadata>> futures = sent;
    while (from < records.size()) {
      for (Future<RecordMetadata> future : futures) {
        try {
          await(future);
          from++;
          delivered.incrementAndGet();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof RecordTooLargeException)) {
            throw e;
          }
          // What came after it is sent again: a repeat does no harm, an overtaken record might.
          cut(records, from);
          break;
        }
      }
      if (from < records.size()) {
        futures = send(producer, records.subList(from, records.size()));
      }
    }
  }

  /** Hands records to the producer, up to the first that it refuses at once. */
  private static List<Future<RecordMetadata>> send(
      Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records)
      throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      Future<RecordMetadata> future = producer.send(record);
      sent.add(future);
      if (future.isDone()) {
        try {
          future.get();
        } catch (ExecutionException e) {
          // The caller meets it again, in its turn.
          break;
        }
      }
    }
    return sent;
  }

  private void await(Future<RecordMetadata> future)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        future.get(STALL_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        // The producer itself tries on for ever and tells nobody why.
        KafkaProblem stall = connection.diagnose();
        report(stall);
      }
    }
  }

  private void cut(List<ProducerRecord<byte[], byte[]>> records, int index) throws IOException {
    ProducerRecord<byte[], byte[]> record = records.get(index);
    int most = connection.maxRequestBytes() - RECORD_OVERHEAD_BYTES;
    // Small enough for us and refused by the broker, whose limit is not known.
    int wanted = record.value().length > most ? most : record.value().length / 2;
    Optional<byte[]> smaller = MessageCutter.cut(record.value(), wanted);
    if (smaller.isPresent()) {
      records.set(index, CloudEvent.record(config.topic(), smaller.get()));
    } else {
      setAside(record.value(), "too large for Kafka, even when cut");
      records.remove(index);
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
          met.line() + " (" + spool.pending() + " waiting in " + spool.directory() + ")");
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
