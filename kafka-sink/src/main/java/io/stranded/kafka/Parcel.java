package io.stranded.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A batch of the spool on its way: its records, and which of them have arrived. */
final class Parcel {
  private final SpoolBatch batch;
  private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final Map<Integer, String> damaged = new TreeMap<>();

  /** Those that have arrived stand before all others. */
  private int arrived;

  /** What the producer says of the records behind them, as far as it has taken these. */
  private final Deque<Future<RecordMetadata>> answers = new ArrayDeque<>();

  /** Whether it has refused one of them at once. */
  private boolean refused;

  Parcel(SpoolBatch batch, String topic) {
    this.batch = batch;
    for (int i = 0; i < batch.lines().size(); i++) {
      byte[] line = batch.lines().get(i);
      try {
        if (batch.inherited()) {
          MessageHead.check(line);
        }
        records.add(CloudEvent.record(topic, line));
      } catch (IllegalArgumentException e) {
        damaged.put(i, "damaged: " + e.getMessage());
      }
    }
  }

  SpoolBatch batch() {
    return batch;
  }

  /** What is wrong with lines that make no record, by their index in the batch. */
  Map<Integer, String> damaged() {
    return damaged;
  }

  /**
   * Hands what has not arrived to the producer, once more if it had it already, up to the first
   * record that it refuses at once.
   */
  void send(Producer<byte[], byte[]> producer) throws InterruptedException {
    answers.clear();
    refused = false;
    for (ProducerRecord<byte[], byte[]> record : records.subList(arrived, records.size())) {
      Future<RecordMetadata> answer = producer.send(record);
      answers.add(answer);
      if (isRefused(answer)) {
        refused = true;
        return;
      }
    }
  }

  /** Whether the producer has taken all, so that nothing sent after it can overtake it. */
  boolean isSent() {
    return !refused;
  }

  boolean hasArrived() {
    return arrived == records.size();
  }

  /** The answer to the first record that has not arrived. */
  Future<RecordMetadata> answer() {
    return answers.getFirst();
  }

  /** The answer to the last record that the producer was given. */
  Future<RecordMetadata> lastAnswer() {
    return answers.getLast();
  }

  /** Notes that the first record that had not arrived has done so. */
  void arrived() {
    answers.removeFirst();
    arrived++;
  }

  /** The first record that has not arrived. */
  ProducerRecord<byte[], byte[]> waiting() {
    return records.get(arrived);
  }

  void replaceWaiting(ProducerRecord<byte[], byte[]> record) {
    records.set(arrived, record);
  }

  void removeWaiting() {
    records.remove(arrived);
  }

  private static boolean isRefused(Future<RecordMetadata> answer) throws InterruptedException {
    if (answer.isDone()) {
      try {
        answer.get();
      } catch (ExecutionException e) {
        // The sender meets it again, in its turn.
        return true;
      }
    }
    return false;
  }
}
