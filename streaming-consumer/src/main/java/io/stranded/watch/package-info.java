/** The sidecar: from suspects to heap dumps to findings, without hurting the target. */
@NullMarked
package io.stranded.watch;

import org.jspecify.annotations.NullMarked;
