import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Writes man pages and completion from the models of both command lines, so that they say what
 * --help says. Run from its source by scripts/package, with both jars on the class path.
 */
class Manual {
  private static String version;

  public static void main(String[] args) throws Exception {
    Path share = Path.of(args[0]);
    version = args[1];
    CommandLine model = model("io.stranded.cli.CommandModel", "io.stranded.cli.Main");
    CommandLine fleet = new CommandLine(instance("io.stranded.fleet.Main"));
    fleet.getCommandSpec().name("fleet");
    // Both have it, for all of theirs.
    forget("--verbose", fleet);
    model.addSubcommand("fleet", fleet);
    Path pages = Files.createDirectories(share.resolve("man/man1"));
    page(pages, model, "stranded");
    model.getSubcommands().forEach((name, command) -> page(pages, command, "stranded-" + name));
    fleet
        .getSubcommands()
        .forEach((name, command) -> page(pages, command, "stranded-fleet-" + name));
    String bash =
        AutoComplete.bash("stranded", model).replaceFirst("(?m)^# Generated .*\\R", "");
    write(share.resolve("bash-completion/completions/stranded"), bash);
    write(
        share.resolve("zsh/site-functions/_stranded"),
        "#compdef stranded\nautoload -Uz bashcompinit && bashcompinit\n" + bash);
  }

  private static void forget(String option, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    OptionSpec found = spec.findOption(option);
    if (found != null) {
      spec.remove(found);
    }
    command.getSubcommands().values().forEach(sub -> forget(option, sub));
  }

  private static CommandLine model(String type, String main) throws Exception {
    Method whole = Class.forName(type).getDeclaredMethod("whole", Class.forName(main));
    whole.setAccessible(true);
    return (CommandLine) whole.invoke(null, instance(main));
  }

  private static Object instance(String type) throws Exception {
    Constructor<?> made = Class.forName(type).getDeclaredConstructor();
    made.setAccessible(true);
    return made.newInstance();
  }

  private static void page(Path pages, CommandLine command, String name) {
    CommandSpec spec = command.getCommandSpec();
    CommandLine.Help help =
        new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    List<String> out = new ArrayList<>();
    String description = String.join(" ", spec.usageMessage().description());
    out.add(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" \"stranded " + version + "\"");
    out.add(".SH NAME");
    out.add(escaped(name + " - " + description));
    out.add(".SH SYNOPSIS");
    out.add(".nf");
    help.synopsis(0).lines().map(Manual::escaped).forEach(out::add);
    out.add(".fi");
    if (!spec.positionalParameters().isEmpty() || !spec.options().isEmpty()) {
      out.add(".SH OPTIONS");
      spec.positionalParameters().forEach(it -> argument(out, it.paramLabel(), it));
      for (OptionSpec option : spec.options()) {
        String label = String.join(", ", option.names());
        argument(out, option.arity().max() == 0 ? label : label + "=" + option.paramLabel(), option);
      }
    }
    if (!spec.subcommands().isEmpty()) {
      out.add(".SH COMMANDS");
      spec.subcommands()
          .forEach(
              (sub, line) -> {
                out.add(".TP");
                out.add(".B " + escaped(sub));
                out.add(escaped(String.join(" ", line.getCommandSpec().usageMessage().description())));
              });
    }
    if (spec.usageMessage().footer().length > 0) {
      out.add(".SH NOTES");
      out.add(".nf");
      help.footer().strip().lines().map(Manual::escaped).forEach(out::add);
      out.add(".fi");
    }
    write(pages.resolve(name + ".1"), String.join("\n", out) + "\n");
  }

  private static void argument(List<String> out, String label, ArgSpec spec) {
    out.add(".TP");
    out.add(".B " + escaped(label));
    out.add(escaped(String.join(" ", spec.renderedDescription())));
  }

  /** Roff would take a dot or a quote at the beginning for a request. */
  private static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
