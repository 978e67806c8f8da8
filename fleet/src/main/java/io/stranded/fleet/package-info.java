/**
 * One view of all JVMs: findings of the whole fleet, added up for each leak by Kafka Streams.
 *
 * <p>{@link FleetTopology} turns the topic of findings into the compacted topic of {@link Leak}s;
 * {@link LeakReader} reads that back for {@code stranded fleet top}.
 */
@NullMarked
package io.stranded.fleet;

import org.jspecify.annotations.NullMarked;
