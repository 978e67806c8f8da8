package io.stranded.silence;

/** What is taken of a server's heap. */
enum Image {
  /** A heap dump of everything, garbage included. */
  ALL("-all"),
  /** A heap dump after a collection. */
  LIVE("live"),
  /** A frozen snapshot: only what leaked threads hold. */
  SNAPSHOT("snapshot");

  private final String label;

  Image(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
