/** Tests of recordings, on real ones made by JVMs that the tests start. */
@NullMarked
package io.stranded.recording;

import org.jspecify.annotations.NullMarked;
