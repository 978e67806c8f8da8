package io.stranded.kafka;

import io.stranded.finding.FailureLine;
import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Delivers findings to a Kafka topic, each at least once, whatever becomes of the brokers or of
 * this process.
 *
 * <p>A finding is durably spooled when {@link #accept} returns, which takes one write to the disk
 * per profile and never waits for Kafka. A daemon thread delivers in the background and goes on
 * after outages of any length. What a killed process has not delivered is delivered by the next
 * sink on the same spool directory.
 */
public final class KafkaFindingSink implements FindingSink {
  private final KafkaSinkConfig config;
  private final Spool spool;
  private final Quarantine quarantine;
  private final Sender sender;
  private final AtomicLong refused = new AtomicLong();
  private boolean bygonesReported;

  /** For the tombstones. */
  private final LiveKeys keys;

  private KafkaFindingSink(
      KafkaSinkConfig config, Spool spool, LiveKeys keys, KafkaConnection connection) {
    this.config = config;
    this.spool = spool;
    this.keys = keys;
    this.quarantine = new Quarantine(spool.directory(), config.spoolCapBytes());
    this.sender = new Sender(config, spool, quarantine, connection);
  }

  /**
   * Opens the spool and starts delivering what an earlier run has left in it. Does not wait for
   * brokers: a broker that is away, a wrong password or a missing right is logged in one line, told
   * by {@link #status}, and tried again.
   *
   * @throws IllegalArgumentException if no Kafka client can be made with the settings; one line
   * @throws IOException if the spool cannot be written or another process has it; one line
   */
  public static KafkaFindingSink open(KafkaSinkConfig config) throws IOException {
    KafkaConnection connection = new KafkaConnection(config);
    connection.check();
    @Nullable Spool spool = null;
    boolean opened = false;
    try {
      spool = Spool.open(config.spoolDirectory(), config.spoolCapBytes());
      LiveKeys keys = LiveKeys.open(spool.directory());
      KafkaFindingSink sink = new KafkaFindingSink(config, spool, keys, connection);
      sink.sender.start();
      opened = true;
      return sink;
    } finally {
      if (!opened) {
        connection.close();
        if (spool != null) {
          spool.close();
        }
      }
    }
  }

  @Override
  public void accept(LeakProfile profile) throws IOException {
    try {
      // First the keys: a tombstone too many does no harm.
      if (profile.target().isPresent()) {
        keys.add(profile.target().get(), profile.takenAt(), FindingMessage.keys(profile));
      }
      spool.append(FindingMessage.lines(profile));
    } catch (IOException e) {
      long lost = refused.addAndGet(profile.findings().size());
      throw new IOException(
          "%s (%s not taken so far)"
              .formatted(FailureLine.of(e), lost == 1 ? "1 finding" : lost + " findings"),
          e);
    }
  }

  /**
   * Says that a JVM has ended and its leaks with it: every finding of it that was accepted here, by
   * this process or an earlier one, gets a record without a value, the tombstone by which
   * compaction and tables forget it.
   *
   * @throws IOException if the tombstones cannot be spooled
   */
  @Override
  public void gone(Target target) throws IOException {
    gone(target.instanceId());
  }

  /**
   * Sends the tombstones of JVMs of this host that ended while nobody watched them; after this,
   * since it is the last word, or else at the end.
   *
   * @throws IOException if the tombstones cannot be spooled
   */
  @Override
  public void bygonesReported() throws IOException {
    bygonesReported = true;
    for (String instance : keys.ended()) {
      gone(instance);
    }
  }

  private void gone(String instance) throws IOException {
    spool.append(keys.of(instance).stream().map(FindingMessage::tombstone).toList());
    keys.remove(instance);
  }

  /** How delivery stands now. */
  public DeliveryStatus status() {
    return new DeliveryStatus(
        spool.pending(),
        sender.delivered(),
        spool.dropped(),
        refused.get(),
        quarantine.count(),
        sender.problem().map(KafkaProblem::line));
  }

  /**
   * Delivers what is spooled, for no longer than the configured time, and not at all while
   * something stands in the way that waiting does not fix.
   *
   * @throws IOException if findings remain in the spool, which is not a loss: the next sink on the
   *     same directory delivers them; the message is one line that tells how many and why
   */
  @Override
  public void close() throws IOException {
    try {
      if (!bygonesReported) {
        bygonesReported();
      }
    } finally {
      finish();
    }
  }

  private void finish() throws IOException {
    sender.finish(config.closeTimeout());
    long left = spool.pending();
    spool.close();
    if (left > 0) {
      throw new IOException(
          "%s not in Kafka yet (%s), kept in %s for the next run"
              .formatted(
                  left == 1 ? "1 finding is" : left + " findings are",
                  sender.problem().map(KafkaProblem::line).orElse("there was not enough time"),
                  spool.directory()));
    }
  }
}
