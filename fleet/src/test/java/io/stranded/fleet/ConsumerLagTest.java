package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class ConsumerLagTest {
  private static final String FETCHES = "consumer-fetch-manager-metrics";

  private final Map<MetricName, Metric> metrics = new HashMap<>();

  @Test
  void partitionThatIsFurthestBehindTells() {
    assertThat(ConsumerLag.of(metrics)).isEmpty();
    add(FETCHES, "records-lag", "a-StreamThread-1-consumer", "0", Double.NaN);
    assertThat(ConsumerLag.of(metrics)).isEmpty();
    add(FETCHES, "records-lag", "a-StreamThread-1-consumer", "1", 3.0);
    add(FETCHES, "records-lag", "a-StreamThread-2-consumer", "2", 7.0);
    add(FETCHES, "records-lag", "a-StreamThread-1-restore-consumer", "1", 1000.0);
    add(FETCHES, "records-lag-avg", "a-StreamThread-1-consumer", "1", 1000.0);
    add("others", "records-lag", "a-StreamThread-1-consumer", "1", 1000.0);
    add(FETCHES, "records-lag", "a-StreamThread-1-consumer", "3", "many");
    assertThat(ConsumerLag.of(metrics)).hasValue(7.0);
  }

  private void add(String group, String name, String client, String partition, Object value) {
    MetricName key =
        new MetricName(name, group, "", Map.of("client-id", client, "partition", partition));
    metrics.put(
        key,
        new Metric() {
          @Override
          public MetricName metricName() {
            return key;
          }

          @Override
          public Object metricValue() {
            return value;
          }
        });
  }
}
