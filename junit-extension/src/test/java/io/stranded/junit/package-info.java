@NullMarked
package io.stranded.junit;

import org.jspecify.annotations.NullMarked;
