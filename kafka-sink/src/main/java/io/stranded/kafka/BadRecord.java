package io.stranded.kafka;

/**
 * A record in a topic of findings that is none.
 *
 * @param partition where it is
 * @param offset where it is
 * @param reason one line
 */
public record BadRecord(int partition, long offset, String reason) {}
