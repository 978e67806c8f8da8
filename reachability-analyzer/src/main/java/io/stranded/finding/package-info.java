/**
 * What Stranded has to say: findings, the profile they come in, and the sinks they go to.
 *
 * <p>Immutable data without behaviour beyond normalisation; nothing here knows heap dumps, events
 * or Kafka.
 */
@NullMarked
package io.stranded.finding;

import org.jspecify.annotations.NullMarked;
