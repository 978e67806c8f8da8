package io.stranded.benchmarks.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A JVM that runs {@link LoadedProgram}, idle but for its turns. */
final class MeasuredJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream commands;

  MeasuredJvm(String java, List<String> vmOptions, String classPath) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(vmOptions);
    command.addAll(List.of("-Xmx1g", "-Dsun.net.httpserver.nodelay=true"));
    // One carrier: what is measured is the switch of threads, not who runs where.
    command.add("-Djdk.virtualThreadScheduler.parallelism=1");
    command.addAll(List.of("-cp", classPath, LoadedProgram.class.getName()));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** The numbers with which it answers a command. */
  double[] ask(String command, Object subject, String kind) throws IOException {
    commands.println(command + " " + subject + " " + kind);
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the measured program has ended");
    }
    String[] words = answer.split(" ", -1);
    double[] numbers = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Double.parseDouble(words[i]);
    }
    return numbers;
  }

  @Override
  public void close() {
    commands.close();
    process.onExit().join();
  }
}
