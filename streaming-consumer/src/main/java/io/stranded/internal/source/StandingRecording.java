package io.stranded.internal.source;

import java.io.IOException;
import java.io.InputStream;

/**
 * The flight recording that goes on in a JVM, named {@code stranded}, whether it is watched or not.
 */
public final class StandingRecording {
  private static final String NAME = "stranded";
  private static final String SETTINGS = "stranded.jfc";

  private StandingRecording() {}

  /**
   * Starts it, which keeps ten minutes on disk.
   *
   * @return false if it runs already
   * @throws IOException if the JVM has no flight recorder, or does not let us attach; one line
   */
  public static boolean start(long pid, TargetFiles files) throws IOException {
    if (runs(pid)) {
      return false;
    }
    try (TargetDirectory directory =
        TargetDirectory.make(files, files.temporary(), TargetDirectory.Kind.AGENT)) {
      directory.write(SETTINGS, settings());
      directory.handOver();
      String printed =
          AttachCommand.run(
              pid,
              "JFR.start name=%s settings=\"%s\" maxage=10m disk=true"
                  .formatted(NAME, files.there(directory.here(SETTINGS))));
      if (!printed.contains("Started recording")) {
        throw new IOException("cannot start a flight recording: " + printed.strip());
      }
      return true;
    }
  }

  /**
   * Ends it.
   *
   * @return false if there is none
   * @throws IOException if the JVM does not let us attach
   */
  public static boolean end(long pid) throws IOException {
    if (!runs(pid)) {
      return false;
    }
    String unused = AttachCommand.run(pid, "JFR.stop name=" + NAME);
    return true;
  }

  /** The settings of its events, as a file has them. */
  public static byte[] settings() throws IOException {
    try (InputStream settings =
        StandingRecording.class.getResourceAsStream("/io/stranded/events/" + SETTINGS)) {
      if (settings == null) {
        throw new IllegalStateException(SETTINGS + " is not packaged");
      }
      return settings.readAllBytes();
    }
  }

  private static boolean runs(long pid) throws IOException {
    return AttachCommand.run(pid, "JFR.check").contains("name=" + NAME + " ");
  }
}
