/**
 * What is known of the JDK's own classes: {@link io.stranded.internal.jdk.JdkField} is the table of
 * all fields that something is read from, {@link io.stranded.internal.jdk.JdkShape} how one dump
 * has them. From these the threads, what has released them, and the state of synchronizers are
 * read.
 */
@NullMarked
package io.stranded.internal.jdk;

import org.jspecify.annotations.NullMarked;
