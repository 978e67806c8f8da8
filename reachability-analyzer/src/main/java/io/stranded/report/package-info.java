/** Profiles written for people and machines: text, JSON and JSON lines. */
@NullMarked
package io.stranded.report;

import org.jspecify.annotations.NullMarked;
