package io.stranded.watch;

import io.stranded.internal.files.HeldFile;
import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetFiles;
import io.stranded.internal.source.TargetJvm;
import io.stranded.liveness.FieldRule;
import io.stranded.snapshot.Exchange;
import io.stranded.snapshot.Island;
import io.stranded.snapshot.IslandHprof;
import io.stranded.snapshot.SnapshotRequest;
import io.stranded.snapshot.SnapshotResult;
import io.stranded.snapshot.SnapshotRules;
import io.stranded.snapshot.Snapshots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Takes snapshots of one target by the analyzer's rules. */
final class FrozenSnapshots {
  private static final SnapshotRules RULES = analyzersRules();

  /** A file that another user may have written takes no more of our heap. */
  private static final int SHARE_OF_HEAP = 2;

  private final TargetJvm target;
  private final NativeLibrary library;

  FrozenSnapshots(TargetJvm target, NativeLibrary library) {
    this.target = target;
    this.library = library;
  }

  /** The analyzer's rules, as the library is told them. */
  static SnapshotRules rules() {
    return RULES;
  }

  private static SnapshotRules analyzersRules() {
    SnapshotRules rules = new SnapshotRules();
    for (FieldRule rule : FieldRule.all()) {
      rules.field(kind(rule.kind()), rule.declaring(), rule.field());
    }
    FieldRule.openClasses().forEach(rules::open);
    FieldRule.givingClasses().forEach(rules::gives);
    FieldRule.knowingClasses().forEach(rules::knows);
    return rules;
  }

  private static SnapshotRules.Kind kind(FieldRule.Kind kind) {
    return switch (kind) {
      case SKIP -> SnapshotRules.Kind.SKIP;
      case DEFER -> SnapshotRules.Kind.DEFER;
      case FOLLOW -> SnapshotRules.Kind.FOLLOW;
      case PRIVATE -> SnapshotRules.Kind.PRIVATE;
      case OWNER -> SnapshotRules.Kind.OWNER;
      case REGISTRY -> SnapshotRules.Kind.REGISTRY;
    };
  }

  /**
   * Takes one.
   *
   * @throws IOException if no file can be written
   */
  SnapshotResult take(SnapshotRequest request) throws IOException {
    if (!target.isAttached()) {
      return lasting("it takes a JVM of this machine");
    }
    Optional<TargetDirectory> unpacked = library.unpack();
    if (unpacked.isEmpty()) {
      return lasting("this build has no library for " + library.platform());
    }
    try (TargetDirectory directory = unpacked.get()) {
      directory.handOver();
      Exchange files = new Shared(target.files(), directory);
      return new Snapshots(new Attached(target), files.there(NativeLibrary.FILE), files)
          .take(request);
    }
  }

  /**
   * Writes an island as a heap dump.
   *
   * @param at when it was taken
   */
  static void write(Island island, Path file, Instant at) throws IOException {
    try {
      IslandHprof.write(island, file, at.toEpochMilli());
    } catch (IllegalStateException e) {
      // A class that was unloaded since.
      throw new IOException("the snapshot cannot be told: " + e.getMessage(), e);
    }
  }

  private static SnapshotResult lasting(String reason) {
    return new SnapshotResult.Refused(reason, /* lasting= */ true);
  }

  /** A target as the library's caller sees it. */
  private record Attached(TargetJvm target) implements Snapshots.Target {
    @Override
    public void loadNativeAgent(String library, String options) throws IOException {
      target.loadNativeAgent(Path.of(library), options);
    }

    @Override
    public boolean isAlive() {
      return target.isRunning();
    }
  }

  /** A directory that is handed over, and is not followed wherever the target's user bends it. */
  private record Shared(TargetFiles files, TargetDirectory directory) implements Exchange {
    @Override
    public void write(String name, byte[] contents) throws IOException {
      directory.write(name, contents);
    }

    @Override
    public boolean has(String name) throws IOException {
      return directory.has(name);
    }

    @Override
    public byte[] read(String name) throws IOException {
      try (HeldFile file = directory.open(name);
          InputStream bytes = file.bytes()) {
        if (file.size() > Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP) {
          throw new IOException("what it tells does not fit into our heap: give it more with -Xmx");
        }
        return bytes.readAllBytes();
      }
    }

    @Override
    public void delete(String name) throws IOException {
      directory.delete(name);
    }

    @Override
    public String there(String name) {
      return files.there(directory.here(name)).toString();
    }
  }
}
