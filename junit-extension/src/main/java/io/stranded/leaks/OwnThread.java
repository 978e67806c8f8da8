package io.stranded.leaks;

/** A thread of ours, which is nobody's leak: a daemon that was born in no scope. */
final class OwnThread extends Thread {
  OwnThread(String name, Runnable work) {
    super(null, work, name, /* stackSize= */ 0, /* inheritThreadLocals= */ false);
    setDaemon(true);
  }
}
