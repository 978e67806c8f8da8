package io.stranded.watch;

import io.stranded.finding.Finding;
import io.stranded.internal.source.KernelWait;
import io.stranded.internal.source.KernelWaits;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.source.TcpSockets;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.watch.SeenThread.Doing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The threads of one JVM that do not get on although no heap proves it, looked for now and then.
 */
final class Suspicions {
  /** So often within the time that makes a thread suspect. */
  private static final int LOOKS = 6;

  private final TargetJvm target;
  private final Duration minAge;
  private final ThreadTimeline timeline;
  private final Holders holders;
  private final TickingThreads ticking;
  private final Optional<HeldThreads> held;
  private final StillThreads still;
  private final BusyThreads busy;
  private final KernelWaits kernel;
  private final List<SuspectDetector> detectors;
  private final Optional<GrowingPlaces> growing;

  /** What the kernel has told of threads that have not stirred since. */
  private final Map<SeenThread, KernelWait> told = new HashMap<>();

  private final Instant begun = Instant.now();
  private Instant next = Instant.MIN;
  private List<Finding> last = List.of();
  private Set<Long> unmoved = Set.of();

  /**
   * For one target.
   *
   * @param holders what snapshots have told of who holds what threads wait on
   * @param ticking is told of the threads whenever they are looked at
   */
  Suspicions(
      TargetJvm target,
      WatchOptions options,
      ThreadTimeline timeline,
      Holders holders,
      TickingThreads ticking) {
    this.target = target;
    this.minAge = options.minAge();
    this.timeline = timeline;
    this.holders = holders;
    this.ticking = ticking;
    this.held =
        options.once()
            ? Optional.empty()
            : Optional.of(new HeldThreads(holders, patience(options)));
    this.still = new StillThreads(target.threads());
    this.busy = new BusyThreads(target.threads());
    this.kernel = new KernelWaits(target);
    List<SuspectDetector> all = new ArrayList<>();
    all.add(new EndlessSleeps());
    all.add(new DeadlinelessIo(minAge));
    if (!options.once()) {
      // A single round is over long before either can tell.
      all.add(new Spinners());
      if (options.proof() == Proof.SNAPSHOT || options.budget().dumps()) {
        // Where nothing is proved, whoever waits for long is a suspect anyway.
        all.add(new ForgottenWaiters(minAge));
      }
    }
    this.detectors = List.copyOf(all);
    this.growing = options.once() ? Optional.empty() : Optional.of(new GrowingPlaces(minAge));
  }

  /** Within this time a snapshot comes, if one does. */
  private static Duration patience(WatchOptions options) {
    return options.minAge().dividedBy(2).plus(options.snapshotInterval().multipliedBy(2));
  }

  /** The fingerprints of those that tell now who holds their threads, and did not before. */
  Set<String> takeHeld() {
    return held.map(HeldThreads::takeLearned).orElse(Set.of());
  }

  /** Those that were found when it was last time to look. */
  List<Finding> last() {
    return last;
  }

  /** The threads that had not stirred then, in a finding or not. */
  Set<Long> unmoved() {
    return unmoved;
  }

  /** Whether it has been looked for so long that whoever is in no finding does get on. */
  boolean isSettled() {
    return next.isAfter(begun.plus(minAge.multipliedBy(2)));
  }

  /**
   * Looks, if it is time to.
   *
   * @param waiting threads in one untimed wait for too long
   * @param leaked threads that are known to be leaked
   * @return whether it was
   */
  boolean look(List<Suspect> waiting, Set<Long> leaked, Instant now) {
    if (now.isBefore(next)) {
      return false;
    }
    next = now.plus(minAge.dividedBy(LOOKS));
    ThreadSamples samples = ThreadSamples.of(target.threads(), now);
    ticking.look(samples);
    List<SeenThread> threads = new ArrayList<>(still.look(samples, minAge));
    threads.addAll(busy.look(samples));
    waiting.forEach(suspect -> suspect.waits().forEach(wait -> threads.add(seen(wait))));
    threads.removeIf(thread -> leaked.contains(thread.id()));
    SuspectLook look =
        new SuspectLook(
            now,
            minAge,
            threads,
            kernelWaits(threads),
            sockets(),
            holders::of,
            timeline::createdBy);
    unmoved = threads.stream().map(SeenThread::id).collect(Collectors.toSet());
    List<Finding> found = new ArrayList<>();
    detectors.forEach(detector -> found.addAll(detector.find(look)));
    if (growing.isPresent()) {
      Map<Long, String> names = new HashMap<>();
      samples.threads().forEach(sample -> names.put(sample.id(), sample.name()));
      found.addAll(
          growing
              .get()
              .find(
                  now, timeline.activeByPlace(names.keySet()), names, found, timeline::createdBy));
    }
    last =
        held.map(heldThreads -> heldThreads.told(found, Watched.ids(waiting), now))
            .orElse(List.copyOf(found));
    return true;
  }

  private static SeenThread seen(OpenWait wait) {
    return new SeenThread(
        wait.threadId(),
        wait.name(),
        wait.virtual(),
        Doing.WAITS,
        wait.since(),
        wait.place().blockerClass(),
        wait.place().stack());
  }

  private Optional<TcpSockets> sockets() {
    return target.isAttached() ? Optional.of(TcpSockets.of(target.pid())) : Optional.empty();
  }

  /** Asks for each thread once, for as long as it does not stir. */
  private Map<Long, KernelWait> kernelWaits(List<SeenThread> threads) {
    List<SeenThread> wanted =
        threads.stream()
            .filter(thread -> detectors.stream().anyMatch(d -> d.asksKernel(thread)))
            .toList();
    told.keySet().retainAll(Set.copyOf(wanted));
    Set<Long> unknown =
        wanted.stream()
            .filter(thread -> !told.containsKey(thread))
            .map(SeenThread::id)
            .collect(Collectors.toSet());
    Map<Long, KernelWait> answers = kernel.of(unknown);
    Map<Long, KernelWait> waits = new HashMap<>();
    for (SeenThread thread : wanted) {
      if (unknown.contains(thread.id())) {
        told.put(thread, answers.getOrDefault(thread.id(), KernelWait.UNKNOWN));
      }
      waits.put(thread.id(), told.getOrDefault(thread, KernelWait.UNKNOWN));
    }
    return waits;
  }
}
