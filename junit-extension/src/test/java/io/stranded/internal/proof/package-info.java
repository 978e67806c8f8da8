@NullMarked
package io.stranded.internal.proof;

import org.jspecify.annotations.NullMarked;
