package io.stranded.finding;

/** Hears how far a long piece of work has come. Called often and from the working thread. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (stage, done, total) -> {};

  /**
   * The work has come this far.
   *
   * @param stage a few words, such as {@code indexing}
   * @param done units done of this stage
   * @param total units of this stage
   */
  void at(String stage, long done, long total);
}
