package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Several sinks as one. A sink that fails is complained of and does not stop the others. */
public final class SinkFan implements FindingSink {
  private final List<FindingSink> sinks;
  private final Consumer<String> complaints;
  private volatile boolean failed;

  /**
   * Passes profiles on to each sink in turn.
   *
   * @param complaints hears one line for each failure
   */
  public SinkFan(List<FindingSink> sinks, Consumer<String> complaints) {
    this.sinks = List.copyOf(sinks);
    this.complaints = complaints;
  }

  @Override
  public void accept(LeakProfile profile) {
    for (FindingSink sink : sinks) {
      try {
        sink.accept(profile);
      } catch (IOException | RuntimeException e) {
        failed = true;
        complaints.accept("findings not delivered: " + FailureLine.of(e));
      }
    }
  }

  /** Whether any sink has failed to take findings. */
  public boolean hasFailed() {
    return failed;
  }

  @Override
  public void gone(Target target) {
    for (FindingSink sink : sinks) {
      try {
        sink.gone(target);
      } catch (IOException | RuntimeException e) {
        complaints.accept("end of " + target.instanceId() + " not delivered: " + FailureLine.of(e));
      }
    }
  }

  @Override
  public void close() {
    for (FindingSink sink : sinks) {
      try {
        sink.close();
      } catch (IOException | RuntimeException e) {
        complaints.accept(FailureLine.of(e));
      }
    }
  }
}
