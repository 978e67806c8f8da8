package io.stranded.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/**
 * RocksDB's native library, unpacked in the state directory under one name. By itself it would be a
 * new file in the temporary directory at every start, which a killed process leaves there.
 */
final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads it, in place of what an earlier process has left.
   *
   * @param stateDirectory of this instance alone
   */
  static void load(Path stateDirectory) {
    try {
      Path directory = Files.createDirectories(stateDirectory.resolve("native"));
      NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    } catch (IOException | RuntimeException | LinkageError e) {
      // Such as a directory from which nothing may be run: then it is loaded as it would be.
      System.getLogger(NativeLibrary.class.getName())
          .log(System.Logger.Level.DEBUG, "not loaded from {0}: {1}", stateDirectory, e);
    }
  }
}
