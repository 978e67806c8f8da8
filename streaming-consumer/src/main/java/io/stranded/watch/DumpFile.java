package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.files.HeldFile;
import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetFiles;
import io.stranded.liveness.LeakAnalyzer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A heap dump in a private directory of its own, deleted when closed. */
final class DumpFile implements Closeable {
  private static final String NAME = "heap.hprof";

  private final TargetDirectory directory;
  private final boolean keep;

  private DumpFile(TargetDirectory directory, boolean keep) {
    this.directory = directory;
    this.keep = keep;
  }

  /**
   * Makes the directory, for the target to write to.
   *
   * @param parent as we find it
   */
  static DumpFile in(TargetFiles files, Path parent, boolean keep) throws IOException {
    return make(files, parent, keep, TargetDirectory::handOver);
  }

  /** Writes a dump. */
  @FunctionalInterface
  interface Writer {
    void write(Path file) throws IOException;
  }

  /** Makes the directory and writes the dump ourselves. */
  static DumpFile written(TargetFiles files, Path parent, boolean keep, Writer writer)
      throws IOException {
    return make(
        files,
        parent,
        keep,
        directory -> {
          directory.create(NAME);
          try (HeldFile file = directory.open(NAME)) {
            writer.write(file.open());
          }
        });
  }

  /** What is done to a directory that was made; if that fails, it is deleted. */
  @FunctionalInterface
  private interface FirstStep {
    void take(TargetDirectory directory) throws IOException;
  }

  private static DumpFile make(TargetFiles files, Path parent, boolean keep, FirstStep step)
      throws IOException {
    TargetDirectory.Kind kind = keep ? TargetDirectory.Kind.KEPT : TargetDirectory.Kind.DUMP;
    TargetDirectory directory = TargetDirectory.make(files, parent, kind);
    try {
      step.take(directory);
      return new DumpFile(directory, keep);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** As we find it. */
  Path path() {
    return directory.here(NAME);
  }

  /** Tells that the target has written it, and has nothing more to do with it. */
  void written() throws IOException {
    directory.takeBack();
  }

  /** Its size in bytes. */
  long size() throws IOException {
    try (HeldFile file = directory.open(NAME)) {
      return file.size();
    }
  }

  /** Analyzes this very file, whatever its path may lead to by now. */
  LeakProfile analyze(LeakAnalyzer analyzer) throws IOException {
    try (HeldFile file = directory.open(NAME)) {
      try {
        return analyzer.analyze(file.open());
      } catch (IOException e) {
        String told = FailureLine.of(e);
        throw new IOException(told.replace(file.open().toString(), file.path().toString()), e);
      }
    }
  }

  /** Moves it to where no file may be yet. */
  void moveTo(Path file) throws IOException {
    directory.moveOut(NAME, file);
  }

  @Override
  public void close() throws IOException {
    if (keep) {
      directory.leave();
    } else {
      directory.close();
    }
  }
}
