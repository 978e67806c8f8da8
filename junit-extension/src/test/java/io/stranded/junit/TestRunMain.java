package io.stranded.junit;

import java.util.LinkedHashMap;
import java.util.Map;

/** Runs classes in a JVM of its own: parameters {@code name=value} first, then the classes. */
public final class TestRunMain {
  private TestRunMain() {}

  public static void main(String[] args) throws ClassNotFoundException {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (equals > 0) {
        parameters.put(arg.substring(0, equals), arg.substring(equals + 1));
      }
    }
    for (String arg : args) {
      if (!arg.contains("=")) {
        TestRun run = TestRun.of(parameters, Class.forName(arg));
        run.passed().keySet().forEach(name -> System.out.println("PASSED " + name));
        run.failures()
            .forEach(
                (name, text) ->
                    System.out.println("FAILED " + name + ": " + text.replace("\n", "|")));
      }
    }
    System.out.println("END");
    System.exit(0);
  }
}
