@NullMarked
package io.stranded.leaks;

import org.jspecify.annotations.NullMarked;
