package io.stranded.silence;

import java.util.Locale;

/** What a server is doing while it is dumped. */
enum State {
  /** It has started and nobody has asked it anything. */
  IDLE,
  /** Clients are at work. */
  LOAD,
  /** The clients have gone. */
  REST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
