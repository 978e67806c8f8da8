/** What the agent costs: the same program without it, with an empty one and with ours, in turn. */
@NullMarked
package io.stranded.benchmarks.agent;

import org.jspecify.annotations.NullMarked;
