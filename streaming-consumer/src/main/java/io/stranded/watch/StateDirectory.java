package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.Target;
import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps the state of each watched JVM in a file of its own, whole or not at all. */
final class StateDirectory {
  private static final String ENDING = ".state.json";

  private final Path directory;
  private final Consumer<String> log;

  /**
   * Opens a directory, which is made if need be.
   *
   * @throws IOException if it cannot be
   */
  StateDirectory(Path directory, Consumer<String> log) throws IOException {
    this.directory = directory;
    this.log = log;
    PrivateFiles.createDirectory(directory, StateDirectory::isState);
  }

  /** What an earlier run has left of a JVM. */
  Optional<TargetState> load(Target target) {
    return read(file(target));
  }

  /** What earlier runs have left of all JVMs. */
  List<TargetState> loadAll() throws IOException {
    List<TargetState> states = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + ENDING)) {
      for (Path file : files) {
        read(file).ifPresent(states::add);
      }
    }
    return states;
  }

  /** Saves the state; a failure is complained of, and the watch goes on. */
  void save(TargetState state) {
    Path file = file(state.target());
    try {
      PrivateFiles.replace(file, state.toJson().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.accept("state not saved to " + file + ": " + FailureLine.of(e));
    }
  }

  /** Forgets a JVM that has ended. */
  void delete(Target target) {
    try {
      Files.deleteIfExists(file(target));
    } catch (IOException e) {
      log.accept("state not deleted: " + FailureLine.of(e));
    }
  }

  private Optional<TargetState> read(Path file) {
    try {
      return Optional.of(TargetState.parse(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      log.accept("state not used: " + file + ": " + FailureLine.of(e));
      return Optional.empty();
    }
  }

  private static boolean isState(String file) {
    return file.endsWith(ENDING) || file.endsWith(ENDING + ".new");
  }

  private Path file(Target target) {
    return directory.resolve(target.instanceId().replaceAll("[^A-Za-z0-9.-]", "_") + ENDING);
  }
}
