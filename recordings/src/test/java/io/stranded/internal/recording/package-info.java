/** Tests of recordings, on real ones made by JVMs that the tests start. */
@NullMarked
package io.stranded.internal.recording;

import org.jspecify.annotations.NullMarked;
