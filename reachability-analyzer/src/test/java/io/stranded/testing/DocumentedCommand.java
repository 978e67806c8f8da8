package io.stranded.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command that README or docs tell their readers to run.
 *
 * @param place file and line
 * @param complete whether it stands in a block of its own, and not only named in a sentence
 * @param words what follows the program's name, without redirections and comments
 */
public record DocumentedCommand(String place, boolean complete, List<String> words) {
  /** At the beginning of a line, or behind what may stand before a command. */
  private static final Pattern STRANDED =
      Pattern.compile(
          "(?:^|(?<=[|&;(] )|(?<=sudo )|(?<=[A-Z]=\\S{1,60} ))"
              + "(?:\\S*/)?(?:stranded|java -jar \\S*stranded\\.jar) +(?=\\S)");

  private static final Pattern JAVA = Pattern.compile("^java (?=.*-(?:javaagent|XX:StartFlight))");
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

  /** A word, quoted or not, or what ends a command. */
  private static final Pattern WORD =
      Pattern.compile("'([^']*)'|\"([^\"]*)\"|([|&;<>)])|(#.*)|([^\\s|&;<>)]+)");

  /** All {@code stranded} commands, those of the fleet included. */
  public static List<DocumentedCommand> stranded() {
    return all(STRANDED);
  }

  /** All that start a JVM with our agent, or a recording for us. */
  public static List<DocumentedCommand> jvmOptions() {
    return all(JAVA);
  }

  private static List<DocumentedCommand> all(Pattern program) {
    List<DocumentedCommand> commands = new ArrayList<>();
    Path root = root();
    try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
      Stream.concat(
              Stream.of("README.md", "CONTRIBUTING.md").map(root::resolve),
              docs.filter(file -> file.toString().endsWith(".md")).sorted())
          .forEach(file -> addFrom(file, program, commands));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return commands;
  }

  private static void addFrom(Path file, Pattern program, List<DocumentedCommand> commands) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean block = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String place = file.getFileName() + ":" + (i + 1);
      if (line.startsWith("```")) {
        block = !block;
      } else if (block) {
        add(line.replaceFirst("^\\$ ", ""), place, /* complete= */ true, program, commands);
      } else {
        Matcher span = SPAN.matcher(line);
        while (span.find()) {
          add(span.group(1), place, /* complete= */ false, program, commands);
        }
      }
    }
  }

  private static void add(
      String text,
      String place,
      boolean complete,
      Pattern program,
      List<DocumentedCommand> commands) {
    Matcher start = program.matcher(text);
    while (start.find()) {
      commands.add(new DocumentedCommand(place, complete, words(text.substring(start.end()))));
    }
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(text);
    while (word.find() && word.group(3) == null && word.group(4) == null) {
      String bare = word.group(1) != null ? word.group(1) : word.group(2);
      words.add(bare != null ? bare : word.group(5));
    }
    return List.copyOf(words);
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("ARCHITECTURE.md"))) {
      at = Objects.requireNonNull(at.getParent(), "no working copy");
    }
    return at;
  }
}
