package io.stranded.kafka;

import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Uses a spool from a process of its own. */
final class SpoolProgram {
  private static final int FILE_LIMIT_KILOBYTES = 64;

  private SpoolProgram() {}

  /** Runs it and returns what it printed. */
  static String run(String what, Path directory) throws IOException, InterruptedException {
    return run(command(what, directory));
  }

  /** Runs it where no file can grow beyond a limit, which is how a full disk looks to it. */
  static String runWithFileLimit(String what, Path directory)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of("bash", "-c", "ulimit -f " + FILE_LIMIT_KILOBYTES + "; exec \"$@\"", "bash"));
    command.addAll(command(what, directory));
    return run(command);
  }

  /** {@code open DIRECTORY} or {@code fill DIRECTORY}. */
  public static void main(String[] args) {
    try (Spool spool = Spool.open(Path.of(args[1]), Spool.DEFAULT_CAP_BYTES)) {
      System.out.println("OPENED");
      if (args[0].equals("fill")) {
        fill(spool);
      }
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  private static void fill(Spool spool) {
    byte[] record = "x".repeat(1000).getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    while (refused < 3) {
      try {
        spool.append(List.of(record));
        System.out.println("ACK");
      } catch (IOException e) {
        refused++;
        System.out.println("REFUSED " + e.getMessage());
      }
    }
  }

  private static List<String> command(String what, Path directory) {
    return List.of(
        Jdk.current().tool("java"),
        "-XX:-UsePerfData",
        "-cp",
        System.getProperty("java.class.path"),
        SpoolProgram.class.getName(),
        what,
        directory.toString());
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return printed;
  }
}
