package io.stranded.internal.proof;

/** A thread of ours, which is nobody's leak: a daemon that was born in no scope. */
public final class OwnThread extends Thread {
  /** One that runs some work once it is started. */
  public OwnThread(String name, Runnable work) {
    super(null, work, name, /* stackSize= */ 0, /* inheritThreadLocals= */ false);
    setDaemon(true);
  }
}
