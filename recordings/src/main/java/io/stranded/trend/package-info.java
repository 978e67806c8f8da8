/**
 * Counts of threads over time: how they are kept in bounded memory, what shape they have, and when
 * they are worth a warning.
 *
 * <p>{@link io.stranded.trend.TrendRecorder} takes counts as they are sampled, {@link
 * io.stranded.trend.ThreadFlow} starts and ends in any order; both give a {@link
 * io.stranded.trend.Trend}. Knows nothing of recordings, targets or the command line.
 */
@NullMarked
package io.stranded.trend;

import org.jspecify.annotations.NullMarked;
