package io.stranded.benchmarks.readers;

import java.nio.file.Path;
import jdk.jfr.consumer.RecordingFile;

/** Reads every event of a recording with the JDK's own parser, and does nothing with it. */
public final class RecordingFileReader {
  private RecordingFileReader() {}

  public static void main(String[] args) throws Exception {
    long events = 0;
    long losses = 0;
    try (RecordingFile file = new RecordingFile(Path.of(args[0]))) {
      while (file.hasMoreEvents()) {
        if (file.readEvent().getEventType().getName().equals("jdk.DataLoss")) {
          losses++;
        }
        events++;
      }
    }
    System.out.println("events " + events);
    System.out.println("losses " + losses);
  }
}
