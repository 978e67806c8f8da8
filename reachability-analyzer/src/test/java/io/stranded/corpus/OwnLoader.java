package io.stranded.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Defines some classes of the corpus once more, as a plugin's loader does. */
class OwnLoader extends ClassLoader {
  private final Set<String> own;

  OwnLoader(Class<?>... own) {
    super(OwnLoader.class.getClassLoader());
    this.own = Arrays.stream(own).map(Class::getName).collect(Collectors.toUnmodifiableSet());
  }

  /** One of its classes, defined by itself. */
  final Class<?> load(Class<?> type) throws ClassNotFoundException {
    return loadClass(type.getName());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!own.contains(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
