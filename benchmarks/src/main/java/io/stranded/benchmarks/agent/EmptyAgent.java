package io.stranded.benchmarks.agent;

/** An agent that does nothing, to tell what any agent costs. */
public final class EmptyAgent {
  private EmptyAgent() {}

  /** Called by the JVM. */
  public static void premain(String options) {}
}
