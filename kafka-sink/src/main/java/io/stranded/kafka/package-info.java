/**
 * Findings delivered to Kafka, and read back from it.
 *
 * <p>On the way out a finding is a line of JSON in the {@link Spool}, on the disk before anyone
 * counts it as produced; one thread, the {@link Sender}, carries the spool to the topic. On the way
 * back {@link FindingReader} turns records into findings and drops what was delivered twice.
 */
@NullMarked
package io.stranded.kafka;

import org.jspecify.annotations.NullMarked;
