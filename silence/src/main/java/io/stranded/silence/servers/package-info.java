/** Real servers of different kinds, and clients that load them. */
@NullMarked
package io.stranded.silence.servers;

import org.jspecify.annotations.NullMarked;
