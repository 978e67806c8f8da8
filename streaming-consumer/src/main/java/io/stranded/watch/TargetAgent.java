package io.stranded.watch;

import io.stranded.internal.source.AgentJar;
import io.stranded.internal.source.LiveRecording;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.timeline.Patience;
import java.io.IOException;

/** The agent in a target for the time of watching it: removed again if it was not there before. */
final class TargetAgent implements AutoCloseable {
  /** Whose agent it is. */
  private enum Presence {
    OURS("with the agent"),
    LEFT("with the agent that a killed sidecar has left"),
    THEIRS("with the agent that it runs"),
    NONE("without the agent (platform threads only)");

    private final String description;

    Presence(String description) {
      this.description = description;
    }
  }

  private final TargetJvm target;
  private final Presence presence;
  private final String settings;

  private TargetAgent(TargetJvm target, Presence presence, String settings) {
    this.target = target;
    this.presence = presence;
    this.settings = settings;
  }

  /** Finds the agent in the target, or loads it if that is wanted. */
  static TargetAgent in(TargetJvm target, WatchOptions options) throws IOException {
    boolean there = target.hasAgent();
    if (!there && (!options.agent() || !target.isAttached())) {
      return new TargetAgent(target, Presence.NONE, "");
    }
    if (!target.isAttached()) {
      return new TargetAgent(target, Presence.THEIRS, "");
    }
    Presence presence =
        !there
            ? Presence.OURS
            : LiveRecording.hasAgentOfTheDead(target) ? Presence.LEFT : Presence.THEIRS;
    // A running agent of others keeps its options and reports the open waits anew.
    long threshold = new Patience(options.minAge()).least().toMillis();
    String settings = presence == Presence.THEIRS ? "" : "threshold=" + threshold + "ms,period=1s";
    load(target, settings);
    if (!target.hasAgent()) {
      throw new TargetLostException(
          "the agent does not work in " + target.pid() + "; --no-agent watches without it");
    }
    return new TargetAgent(target, presence, settings);
  }

  boolean isPresent() {
    return presence != Presence.NONE;
  }

  /** Whether it is there only because of us, or of a sidecar that we follow. */
  boolean isOurs() {
    return presence == Presence.OURS || presence == Presence.LEFT;
  }

  /** The options that it was loaded with. */
  String settings() {
    return settings;
  }

  /** Gives it other options, and has it tell of all open waits again. */
  void configure(String options) throws IOException {
    load(target, options);
  }

  /** Words for the log. */
  String description() {
    return presence.description;
  }

  @Override
  public void close() {
    if (isOurs()) {
      try {
        load(target, "disable");
      } catch (IOException e) {
        // The target is gone, and the agent with it.
      }
    }
  }

  private static void load(TargetJvm target, String settings) throws IOException {
    if (target.tellAgent(settings)) {
      return;
    }
    try (AgentJar jar = AgentJar.unpack(target.files())) {
      target.loadAgent(jar.there(), settings);
    }
  }
}
