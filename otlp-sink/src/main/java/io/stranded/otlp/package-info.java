/**
 * Sends the numbers of a sidecar, and each change of a finding as a log record, to an OpenTelemetry
 * collector. Each JVM is a resource of its own.
 */
@NullMarked
package io.stranded.otlp;

import org.jspecify.annotations.NullMarked;
