import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Writes man pages, completion and what --help prints, from the models of both command lines. Run
 * from its source by scripts/package, with both jars on the class path: SHARE HELP VERSION DATE.
 */
class Manual {
  private static final Pattern VALUES = Pattern.compile("_option_args=\\([^)]*\\)");

  private static String version;
  private static String date;

  public static void main(String[] args) throws Exception {
    Path share = Path.of(args[0]);
    version = args[2];
    date = args[3];
    CommandLine model = model("io.stranded.cli.CommandModel", "io.stranded.cli.Main");
    CommandLine fleet = new CommandLine(instance("io.stranded.fleet.Main"));
    Path help = Files.createDirectories(Path.of(args[1]));
    help(help, model, "stranded");
    help(help, fleet, "stranded-fleet");
    fleet.getCommandSpec().name("fleet");
    // Only its name is known there.
    CommandLine nameOnly = model.getCommandSpec().removeSubcommand("fleet");
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
    // As help and documents have them.
    bash = VALUES.matcher(bash).replaceAll(values -> values.group().toLowerCase(Locale.ROOT));
    write(share.resolve("bash-completion/completions/stranded"), bash);
    write(
        share.resolve("zsh/site-functions/_stranded"),
        "#compdef stranded\nautoload -Uz bashcompinit && bashcompinit\n" + bash);
  }

  /** For the launcher, which shows it without a JVM; the second form is for terminals. */
  private static void help(Path directory, CommandLine command, String name) {
    write(directory.resolve(name + ".txt"), command.getUsageMessage(CommandLine.Help.Ansi.OFF));
    write(directory.resolve(name + ".ansi"), command.getUsageMessage(CommandLine.Help.Ansi.ON));
    command.getSubcommands().forEach((word, sub) -> help(directory, sub, name + "-" + word));
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
    out.add(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"" + date + "\" \"stranded " + version + "\"");
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
