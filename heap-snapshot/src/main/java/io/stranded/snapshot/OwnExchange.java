package io.stranded.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A directory of our own. */
record OwnExchange(Path directory) implements Exchange {
  @Override
  public void write(String name, byte[] contents) throws IOException {
    Files.write(directory.resolve(name), contents, StandardOpenOption.CREATE_NEW);
  }

  @Override
  public boolean has(String name) {
    return Files.exists(directory.resolve(name));
  }

  @Override
  public byte[] read(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public String there(String name) {
    return directory.resolve(name).toString();
  }
}
