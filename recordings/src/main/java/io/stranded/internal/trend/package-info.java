/**
 * Counts of threads over time: how they are kept in bounded memory, what shape they have, and when
 * they are worth a warning.
 *
 * <p>{@link io.stranded.internal.trend.TrendRecorder} takes counts as they are sampled, {@link
 * io.stranded.internal.trend.ThreadFlow} starts and ends in any order; both give a {@link
 * io.stranded.internal.trend.Trend}. Knows nothing of recordings, targets or the command line.
 */
@NullMarked
package io.stranded.internal.trend;

import org.jspecify.annotations.NullMarked;
