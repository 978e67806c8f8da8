package io.stranded.benchmarks;

import java.util.List;
import java.util.Locale;

/** What a heap looks like, and the collector that has laid it out. */
enum Shape {
  /**
   * Orders of a service as loaded, under G1: in the order of addresses, as from Serial and
   * Parallel.
   */
  SERVICE("service", "-XX:+UseG1GC"),
  /** The same under ZGC, whose dumps are not in the order of addresses. */
  ZGC("service", "-XX:+UseZGC"),
  /** The same under Shenandoah. */
  SHENANDOAH("service", "-XX:+UseShenandoahGC"),
  /** Orders that were replaced again and again, under G1. */
  AGED("aged", "-XX:+UseG1GC"),
  /** Each object refers to others anywhere in the heap. */
  RANDOM("random", "-XX:+UseG1GC");

  private final String content;
  private final String collector;

  Shape(String content, String collector) {
    this.content = content;
    this.collector = collector;
  }

  static Shape named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The arguments of a JVM that makes such a dump of the given size. */
  List<String> maker(long megabytes) {
    return List.of(
        collector, "-Xmx12g", HeapMaker.class.getName(), Long.toString(megabytes), content);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
