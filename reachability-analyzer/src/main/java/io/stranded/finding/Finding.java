package io.stranded.finding;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Threads that wait for ever for the same reason at the same place.
 *
 * @param fingerprint stable across dumps, hosts, runs and JDK updates; findings group by it
 * @param verdict how sure this is
 * @param confidence after which stage of the analysis the threads were still leaked; empty for
 *     {@link Verdict#SUSPECT}
 * @param cause why they wait for ever
 * @param summary one sentence a person understands
 * @param blockedOn what they wait on
 * @param threads every thread of the finding, by id
 * @param pinnedBytes heap that only these threads keep alive: what a fix gives back
 * @param stack frames of the wait, innermost first, as {@code class.method(File.java:line)}
 * @param createdBy frames that started the threads, innermost first; empty when nobody recorded
 *     them
 * @param evidence facts read from heap and events, one sentence each
 * @param doubts what speaks against the verdict, as far as it has a name; not empty if a heap dump
 *     left it {@link Verdict#INCONCLUSIVE}
 * @param life where it stands in time; empty when its JVM is looked at once
 * @param aliases the fingerprints that it has where less is known of where its threads come from,
 *     the one that is nearest to its own first
 */
public record Finding(
    String fingerprint,
    Verdict verdict,
    Optional<Confidence> confidence,
    Cause cause,
    String summary,
    SyncObject blockedOn,
    List<FoundThread> threads,
    long pinnedBytes,
    List<String> stack,
    List<String> createdBy,
    List<String> evidence,
    Set<Doubt> doubts,
    Optional<Life> life,
    List<String> aliases) {
  public Finding {
    threads = List.copyOf(threads);
    stack = List.copyOf(stack);
    createdBy = List.copyOf(createdBy);
    evidence = List.copyOf(evidence);
    doubts = Set.copyOf(doubts);
    aliases = List.copyOf(aliases);
  }

  /** A finding without doubts, of a JVM that is looked at once. */
  public Finding(
      String fingerprint,
      Verdict verdict,
      Optional<Confidence> confidence,
      Cause cause,
      String summary,
      SyncObject blockedOn,
      List<FoundThread> threads,
      long pinnedBytes,
      List<String> stack,
      List<String> createdBy,
      List<String> evidence) {
    this(
        fingerprint,
        verdict,
        confidence,
        cause,
        summary,
        blockedOn,
        threads,
        pinnedBytes,
        stack,
        createdBy,
        evidence,
        Set.of(),
        Optional.empty(),
        List.of());
  }

  /** The same finding at another time of its life, with the threads that it has then. */
  public Finding at(Life time, List<FoundThread> present) {
    return with(fingerprint, present, pinnedBytes, evidence, Optional.of(time), aliases);
  }

  /** The same finding with some of its threads. */
  public Finding of(List<FoundThread> some) {
    return with(fingerprint, some, pinnedBytes, evidence, life, aliases);
  }

  /** The same finding under the fingerprint by which it was told before. */
  public Finding under(String known) {
    return with(known, threads, pinnedBytes, evidence, life, aliases);
  }

  /** The same finding, with the fingerprints that it has where less is known of it. */
  public Finding knownAs(List<String> others) {
    return with(fingerprint, threads, pinnedBytes, evidence, life, others);
  }

  /** The same finding with other pinned bytes. */
  public Finding pinning(long bytes) {
    return with(fingerprint, threads, bytes, evidence, life, aliases);
  }

  /** The same finding with other evidence. */
  public Finding withEvidence(List<String> other) {
    return with(fingerprint, threads, pinnedBytes, other, life, aliases);
  }

  /** The same finding but for these; a summary that counts its threads follows them. */
  private Finding with(
      String name,
      List<FoundThread> present,
      long bytes,
      List<String> reasons,
      Optional<Life> time,
      List<String> others) {
    return new Finding(
        name,
        verdict,
        confidence,
        cause,
        summaryOf(present.size()),
        blockedOn,
        present,
        bytes,
        stack,
        createdBy,
        reasons,
        doubts,
        time,
        others);
  }

  private String summaryOf(int count) {
    boolean isRecounted = verdict != Verdict.SUSPECT && count > 0 && count != threads.size();
    return isRecounted ? Summary.of(this, count) : summary;
  }

  /** How it counts. */
  public Standing standing() {
    return Standing.of(verdict, confidence.orElse(Confidence.PROVEN));
  }

  /** The number of threads. */
  public int count() {
    return threads.size();
  }
}
