/** The command line: options in, exit codes and one-line errors out. */
@NullMarked
package io.stranded.cli;

import org.jspecify.annotations.NullMarked;
