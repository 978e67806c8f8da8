/** What is known of the target's threads over time, and which of them have waited for too long. */
@NullMarked
package io.stranded.internal.timeline;

import org.jspecify.annotations.NullMarked;
