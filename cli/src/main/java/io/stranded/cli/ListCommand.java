package io.stranded.cli;

import io.stranded.internal.source.JvmList;
import io.stranded.internal.source.LocalJvm;
import io.stranded.report.Printable;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code stranded list}. */
@Command(
    name = "list",
    description = "Lists the JVMs of this machine, and whether they can be watched.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "They are not attached to; what shows only then is not told here. The class "
          + "behind a jar is the one that its manifest names. watch --match looks at both.",
      "",
      "Examples:",
      "  stranded list",
      "  sudo stranded list",
    })
final class ListCommand implements Callable<Integer> {
  private static final String ROW = "%7s  %-8s  %-9s  %s%n";

  @Override
  public Integer call() {
    List<LocalJvm> jvms = JvmList.all();
    if (jvms.isEmpty()) {
      System.err.println("stranded: no JVM is running that this user can see");
      return ExitCode.DONE;
    }
    System.out.printf(ROW, "PID", "USER", "JAVA", "MAIN");
    for (LocalJvm jvm : jvms) {
      System.out.printf(
          ROW,
          jvm.pid(),
          Printable.of(jvm.user().orElse("?")),
          Printable.of(jvm.version().orElse("?")),
          Printable.of(name(jvm)));
      jvm.obstacle().ifPresent(why -> System.out.printf("%7s  cannot be watched: %s%n", "", why));
    }
    return ExitCode.DONE;
  }

  private static String name(LocalJvm jvm) {
    return jvm.application()
        .filter(application -> !application.equals(jvm.main()))
        .map(application -> application + " (" + jvm.main() + ")")
        .orElse(jvm.main());
  }
}
