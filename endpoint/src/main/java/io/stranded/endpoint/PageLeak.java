package io.stranded.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A kind of leak on the page, over all JVMs that are looked at.
 *
 * @param fingerprint names the kind
 * @param standing such as {@code LEAKED}, the surest of them
 * @param confidence such as {@code PROVEN}; empty where there is none
 * @param cause in a few words
 * @param advice what usually fixes it; empty if nothing is known
 * @param summary one sentence; empty if nothing is known
 * @param jvms how many have it
 * @param threads how many threads in them
 * @param pinnedBytes heap that these keep alive
 * @param firstSeen when it was first seen anywhere
 * @param lastSeen when it was last seen
 * @param since the service, and its version if that is told, that had it first
 * @param services those that have it, with their versions
 * @param waitsOn type of what they wait on
 * @param state of that, by name
 * @param evidence why it is believed
 * @param stack frames of the wait, innermost first
 * @param createdBy frames that started the threads, innermost first
 * @param names some of the threads, as people are told of them
 * @param places the JVMs that have it, as far as they are known by name
 * @param growth how the number of threads went
 */
public record PageLeak(
    String fingerprint,
    String standing,
    String confidence,
    String cause,
    String advice,
    String summary,
    long jvms,
    long threads,
    double pinnedBytes,
    Instant firstSeen,
    Instant lastSeen,
    String since,
    List<String> services,
    String waitsOn,
    Map<String, String> state,
    List<String> evidence,
    List<String> stack,
    List<String> createdBy,
    List<String> names,
    List<String> places,
    Growth growth) {}
