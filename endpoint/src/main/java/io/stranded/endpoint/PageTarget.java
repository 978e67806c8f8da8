package io.stranded.endpoint;

/**
 * A JVM on the page.
 *
 * @param view how it stands
 * @param live how the number of its threads went
 * @param leaked how the number of those went that are proved to be leaked
 */
record PageTarget(TargetView view, Growth live, Growth leaked) {}
