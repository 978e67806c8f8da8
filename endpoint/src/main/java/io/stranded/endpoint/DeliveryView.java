package io.stranded.endpoint;

import java.util.Optional;

/**
 * How delivery to Kafka stands.
 *
 * @param pending records in the spool that Kafka has not acknowledged
 * @param delivered records acknowledged
 * @param dropped records dropped because the spool was full
 * @param refused findings that could not be spooled
 * @param setAside records put into quarantine
 * @param problem what keeps findings from being delivered just now, one line
 */
public record DeliveryView(
    long pending,
    long delivered,
    long dropped,
    long refused,
    long setAside,
    Optional<String> problem) {}
