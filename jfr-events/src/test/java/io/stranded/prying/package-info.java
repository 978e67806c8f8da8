/** Programs of tests that have no package in common with the agent, as applications have none. */
@NullMarked
package io.stranded.prying;

import org.jspecify.annotations.NullMarked;
