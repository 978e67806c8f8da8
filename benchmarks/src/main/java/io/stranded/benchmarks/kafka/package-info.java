/** What delivery to Kafka and adding up a fleet cost: see {@code benchmarks/kafka --help}. */
@NullMarked
package io.stranded.benchmarks.kafka;

import org.jspecify.annotations.NullMarked;
