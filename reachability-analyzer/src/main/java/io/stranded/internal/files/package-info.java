/**
 * Files and directories that are ours alone: made private, written without a race, and never
 * through a link that a stranger may have put there.
 */
@NullMarked
package io.stranded.internal.files;

import org.jspecify.annotations.NullMarked;
