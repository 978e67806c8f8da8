package io.stranded.fleet;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A leak by services: so many are kept by name, all others are added up. Of those that have it no
 * more the one seen first longest ago makes room for a new one.
 *
 * <p>As in {@link BoundedCounts}, a name is added only while no JVM is among the others.
 *
 * @param named the shares by {@code service.name}, also of services that have it no more
 * @param otherJvms JVMs of services that are not among them
 * @param otherThreads threads in these
 * @param forgotten how many services made room for others
 */
record Services(
    SortedMap<String, ServiceShare> named, long otherJvms, long otherThreads, long forgotten) {
  static final Services NONE = new Services(Collections.emptySortedMap(), 0, 0, 0);

  Services {
    named = Collections.unmodifiableSortedMap(new TreeMap<>(named));
  }

  /**
   * The services with one more JVM.
   *
   * @param kept a service that stays
   */
  Services plus(Sighting sighting, String kept) {
    String name = sighting.service();
    ServiceShare known = named.get(name);
    if (known != null) {
      return with(name, known.plus(sighting));
    }
    if (otherJvms == 0) {
      if (named.size() < Bounds.SERVICES) {
        return with(name, ServiceShare.since(sighting).plus(sighting));
      }
      Optional<String> gone = oldestGone(kept);
      if (gone.isPresent()) {
        return without(gone.get()).with(name, ServiceShare.since(sighting).plus(sighting));
      }
    }
    return new Services(named, otherJvms + 1, otherThreads + sighting.threads(), forgotten);
  }

  /** The services with one JVM less, which must have been added before. */
  Services minus(Sighting sighting) {
    ServiceShare known = named.get(sighting.service());
    return known == null
        ? new Services(named, otherJvms - 1, otherThreads - sighting.threads(), forgotten)
        : with(sighting.service(), known.minus(sighting));
  }

  /** The services with no more than so many names: those with most JVMs. */
  Services folded(int mostNames) {
    List<Map.Entry<String, ServiceShare>> bySize =
        named.entrySet().stream()
            .sorted(Comparator.comparingLong(entry -> -entry.getValue().jvms()))
            .toList();
    SortedMap<String, ServiceShare> kept = new TreeMap<>();
    long jvms = otherJvms;
    long threads = otherThreads;
    long gone = forgotten;
    for (Map.Entry<String, ServiceShare> entry : bySize) {
      ServiceShare share = entry.getValue();
      if (kept.size() < mostNames) {
        kept.put(entry.getKey(), share.folded(Math.min(mostNames, Bounds.VERSIONS)));
      } else {
        jvms += share.jvms();
        threads += share.threads();
        gone += share.jvms() == 0 ? 1 : 0;
      }
    }
    return new Services(kept, jvms, threads, gone);
  }

  private Optional<String> oldestGone(String kept) {
    return named.entrySet().stream()
        .filter(entry -> entry.getValue().jvms() == 0 && !entry.getKey().equals(kept))
        .min(Comparator.comparing(entry -> entry.getValue().firstSeen()))
        .map(Map.Entry::getKey);
  }

  private Services with(String name, ServiceShare share) {
    SortedMap<String, ServiceShare> changed = new TreeMap<>(named);
    changed.put(name, share);
    return new Services(changed, otherJvms, otherThreads, forgotten);
  }

  private Services without(String name) {
    SortedMap<String, ServiceShare> changed = new TreeMap<>(named);
    changed.remove(name);
    return new Services(changed, otherJvms, otherThreads, forgotten + 1);
  }
}
