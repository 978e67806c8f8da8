/** A real Kafka broker for tests, in a process of its own so that it can be killed. */
@NullMarked
package io.stranded.kafka.testing;

import org.jspecify.annotations.NullMarked;
