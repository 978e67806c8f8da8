package io.stranded.snapshot;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JVM that we run in, as a target of snapshots. It loads the library as one of its own, so that
 * nobody has to attach, and no option of the JVM has to allow that.
 */
public final class OwnJvm implements Snapshots.Target {
  private OwnJvm() {}

  /**
   * Loads the library, which may be deleted afterwards.
   *
   * @param library a path that no class loader of this JVM has loaded yet
   * @throws IOException if this JVM does not take it; one line
   */
  public static OwnJvm load(Path library) throws IOException {
    try {
      System.load(library.toAbsolutePath().toString());
      return new OwnJvm();
    } catch (UnsatisfiedLinkError | IllegalCallerException e) {
      throw new IOException("this JVM does not load the native library: " + e.getMessage(), e);
    }
  }

  /** A lookup that may see everything, as the JDK's own classes do; empty if there is none. */
  public Optional<MethodHandles.Lookup> fullLookup() {
    return Optional.ofNullable(lookup());
  }

  /**
   * Clears what earlier calls of this thread have left on its stack, so that a snapshot does not
   * take it for held. To be called right before the thread waits for one.
   */
  public void forgetCalls() {
    clearStack();
  }

  @Override
  public void loadNativeAgent(String library, String options) throws IOException {
    int error = begin(options);
    if (error != 0) {
      throw new IOException("the snapshot was not begun: error " + error);
    }
  }

  @Override
  public boolean isAlive() {
    return true;
  }

  private static native void clearStack();

  private static native int begin(String request);

  private static native MethodHandles.@Nullable Lookup lookup();
}
