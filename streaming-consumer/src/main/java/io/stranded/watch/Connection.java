package io.stranded.watch;

import io.stranded.internal.source.JmxAddress;
import io.stranded.internal.source.TargetJvm;
import java.io.IOException;

/** How to get at a target, again and again if need be. */
interface Connection {
  /** What the user calls the target. */
  String name();

  /**
   * Connects.
   *
   * @throws io.stranded.internal.source.TargetLostException if that cannot be done
   */
  TargetJvm open() throws IOException;

  /** Waits some seconds for its end; whether it is gone for good, as far as one can tell. */
  boolean awaitEnd();

  /** To a process of this machine. */
  record ToProcess(long pid) implements Connection {
    @Override
    public String name() {
      return Long.toString(pid);
    }

    @Override
    public TargetJvm open() throws IOException {
      return TargetJvm.attach(pid);
    }

    @Override
    public boolean awaitEnd() {
      return TargetJvm.awaitEnd(pid);
    }
  }

  /** To a JVM that listens for JMX. */
  record ToAddress(JmxAddress address) implements Connection {
    @Override
    public String name() {
      return address.url();
    }

    @Override
    public TargetJvm open() throws IOException {
      return TargetJvm.connect(address);
    }

    @Override
    public boolean awaitEnd() {
      return false;
    }
  }

  /** To the JVM that we run in. */
  record ToSelf() implements Connection {
    @Override
    public String name() {
      return "this JVM";
    }

    @Override
    public TargetJvm open() throws IOException {
      return TargetJvm.self();
    }

    @Override
    public boolean awaitEnd() {
      return false;
    }
  }
}
