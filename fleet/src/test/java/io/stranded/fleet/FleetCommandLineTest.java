package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is typed wrongly is told in a line, with what was probably meant. */
class FleetCommandLineTest {
  @Test
  void unknownCommandsAndOptionsAreAskedAbout() {
    assertThat(complaint("tops")).contains("Did you mean", "top");
    assertThat(complaint("tops", "--help")).contains("Did you mean", "top");
    assertThat(complaint("top", "--formt", "json")).contains("Possible solutions: --format");
    assertThat(complaint()).contains("Try 'stranded fleet --help'");
  }

  private static String complaint(String... args) {
    StringWriter err = new StringWriter();
    CommandLine model = Main.model(new Main()).setErr(new PrintWriter(err));
    assertThat(model.execute(args)).isEqualTo(Main.USAGE);
    return err.toString();
  }
}
