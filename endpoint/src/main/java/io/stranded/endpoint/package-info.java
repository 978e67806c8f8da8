/**
 * What a sidecar, or a fleet, shows over HTTP: metrics, pprof profiles, findings as JSON and a
 * page. Knows findings and a small view of who found them; takes nothing from a target by itself.
 */
@NullMarked
package io.stranded.endpoint;

import org.jspecify.annotations.NullMarked;
