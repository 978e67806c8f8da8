package io.stranded.internal.recording;

import io.stranded.finding.LeakProfile;
import java.time.Instant;
import java.util.List;
import org.openjdk.jmc.common.item.IItemCollection;

/** A recording that JDK Mission Control has loaded. */
public final class RecordedItems {
  private final RecordedJvm jvm;

  private RecordedItems(RecordedJvm jvm) {
    this.jvm = jvm;
  }

  /**
   * Reads the events that matter here.
   *
   * @param items of one JVM
   */
  public static RecordedItems of(IItemCollection items, ReplayOptions options) {
    ThreadLedger ledger = new ThreadLedger();
    Coverage coverage = new Coverage("the recording");
    coverage.read();
    JmcEventReader.read(
        items,
        new EventDecoder(new StackPool()),
        fact -> {
          if (fact.at().isAfter(Instant.EPOCH)) {
            ledger.from(fact.at());
          }
          coverage.count(fact);
          ledger.accept(fact);
        });
    ledger.finish();
    return new RecordedItems(new RecordedJvm(ledger, List.of(coverage), options));
  }

  /** As {@link RecordedJvm#suspects()}. */
  public LeakProfile suspects() {
    return jvm.suspects();
  }
}
