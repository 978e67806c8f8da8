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
    DumpFile file = make(files, parent, keep);
    try {
      file.directory.handOver();
      return file;
    } catch (IOException | RuntimeException e) {
      file.directory.close();
      throw e;
    }
  }

  /** Writes a dump. */
  interface Writer {
    void write(Path file) throws IOException;
  }

  /** Makes the directory and writes the dump ourselves. */
  static DumpFile written(TargetFiles files, Path parent, boolean keep, Writer writer)
      throws IOException {
    DumpFile dump = make(files, parent, keep);
    try {
      dump.directory.create(NAME);
      try (HeldFile file = dump.directory.open(NAME)) {
        writer.write(file.open());
      }
      return dump;
    } catch (IOException | RuntimeException e) {
      dump.directory.close();
      throw e;
    }
  }

  private static DumpFile make(TargetFiles files, Path parent, boolean keep) throws IOException {
    return new DumpFile(
        TargetDirectory.make(
            files, parent, keep ? TargetDirectory.Kind.KEPT : TargetDirectory.Kind.DUMP),
        keep);
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
