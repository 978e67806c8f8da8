package io.stranded.kafka;

import java.util.Optional;

/**
 * How delivery stands.
 *
 * @param pending records in the spool that Kafka has not acknowledged
 * @param delivered records acknowledged since the sink was opened, repeats included
 * @param dropped records dropped because the spool was full, since the spool was made
 * @param refused findings that could not be spooled, such as on a full disk, since the sink was
 *     opened
 * @param setAside records put into quarantine since the sink was opened
 * @param problem what keeps findings from being delivered just now, one line
 */
public record DeliveryStatus(
    long pending,
    long delivered,
    long dropped,
    long refused,
    long setAside,
    Optional<String> problem) {}
