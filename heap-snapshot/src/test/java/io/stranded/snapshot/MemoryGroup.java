package io.stranded.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A cgroup with a limit of memory, as containers have; gone on close, once nobody is in it. */
record MemoryGroup(Path directory, String limitFile, String usageFile) implements AutoCloseable {
  private static final Path FIRST = Path.of("/sys/fs/cgroup/memory");
  private static final Path SECOND = Path.of("/sys/fs/cgroup");

  /** Makes one, if this user may, by the version that this machine has. */
  static Optional<MemoryGroup> make() {
    String name = "stranded-test-" + ProcessHandle.current().pid();
    try {
      if (Files.exists(FIRST.resolve("memory.limit_in_bytes"))) {
        Path made = Files.createDirectory(FIRST.resolve(name));
        return Optional.of(new MemoryGroup(made, "memory.limit_in_bytes", "memory.usage_in_bytes"));
      }
      Path controllers = SECOND.resolve("cgroup.subtree_control");
      if (Files.exists(controllers) && Files.readString(controllers).contains("memory")) {
        Path made = Files.createDirectory(SECOND.resolve(name));
        return Optional.of(new MemoryGroup(made, "memory.max", "memory.current"));
      }
    } catch (IOException e) {
      // Not this user's to make: the test says so.
    }
    return Optional.empty();
  }

  /** Takes a process in; what it has used before counts elsewhere. */
  void take(long pid) throws IOException {
    Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
  }

  /** Leaves so much beside what is used. */
  void leave(long bytes) throws IOException {
    long used = Long.parseLong(Files.readString(directory.resolve(usageFile)).trim());
    Files.writeString(directory.resolve(limitFile), Long.toString(used + bytes));
  }

  @Override
  public void close() throws IOException {
    Files.delete(directory);
  }
}
