@NullMarked
package io.stranded.testng;

import org.jspecify.annotations.NullMarked;
