package io.stranded.internal.files;

import java.io.IOException;
import java.nio.file.Path;

/** Opens a directory in our root, as whoever runs it. */
final class OpensFolder {
  private OpensFolder() {}

  /** Takes its path, and prints what it says. */
  public static void main(String[] args) {
    Path root = Path.of("/");
    try (Folder folder = Folder.open(root, root.relativize(Path.of(args[0])), Links.TRUSTED)) {
      System.out.println("has " + folder.names());
    } catch (IOException e) {
      System.out.println(e.getClass().getSimpleName());
    }
  }
}
