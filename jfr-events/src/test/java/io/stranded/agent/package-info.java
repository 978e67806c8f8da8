/** Tests of the agent: of its parts in this JVM, and of the whole in JVMs of its own. */
@NullMarked
package io.stranded.agent;

import org.jspecify.annotations.NullMarked;
