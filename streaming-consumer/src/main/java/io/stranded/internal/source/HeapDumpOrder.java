package io.stranded.internal.source;

import java.io.IOException;

/** Orders the JVM to write heap dumps of everything, on as many processors as it can. */
final class HeapDumpOrder {
  private static final String CREATED = "Heap dump file created";

  private HeapDumpOrder() {}

  /**
   * Has a dump written.
   *
   * @param afterCollection whether garbage is collected first, and not dumped
   * @param processors of the target; each writes a part where the JVM can do that (22 and later)
   * @throws IOException if that fails; the message holds the JVM's words on it
   */
  static void carryOut(long pid, String file, boolean afterCollection, int processors)
      throws IOException {
    boolean parallel = AttachCommand.run(pid, "help GC.heap_dump").contains("-parallel");
    String printed =
        AttachCommand.run(
            pid,
            "GC.heap_dump "
                + (afterCollection ? "" : "-all ")
                + (parallel ? "-parallel=" + processors + " " : "")
                + '"'
                + file
                + '"');
    if (!printed.contains(CREATED)) {
      throw new IOException(lastLine(printed));
    }
  }

  private static String lastLine(String text) {
    return text.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("no answer");
  }
}
