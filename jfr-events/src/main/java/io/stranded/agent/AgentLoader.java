package io.stranded.agent;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of the agent, and of its module: the application sees none of its classes, and
 * what the JDK opens to it is opened to nothing else.
 *
 * <p>The classes are in a jar within the agent's jar and are read into memory at once: whoever
 * attached may delete the file. Its parent is the platform's loader, so nothing on the
 * application's class path comes between, whatever it is named.
 *
 * <p>It and {@link StrandedAgent} may come from another version of the jar, on the class path of
 * the application or attached before, than the classes. So no version may change what they agree
 * on: the name {@value #CLASSES}, and in it a provider of the service {@code BiPredicate} that is
 * given options and instrumentation and tells whether it is needed on.
 */
final class AgentLoader extends ClassLoader {
  private static final String CLASSES = "io/stranded/agent/classes.jar";
  private static final String MODULE = "io.stranded.agent";
  private static final String PROVIDER = "io.stranded.agent.AgentEntry";
  private static final String SUFFIX = ".class";

  static {
    registerAsParallelCapable();
  }

  private final Map<String, byte[]> classes = new ConcurrentHashMap<>();
  private final Set<String> packages = new HashSet<>();
  private final long version;
  // Not one of our own: the JDK's threads that start while our code runs remember it.
  private final ProtectionDomain domain = AgentLoader.class.getProtectionDomain();
  private @Nullable BiPredicate<String, Instrumentation> entry;

  private AgentLoader(long version) {
    super("stranded-agent", ClassLoader.getPlatformClassLoader());
    this.version = version;
  }

  /**
   * A loader with the classes of the jar that was added to the class path last, of those that are
   * still there and whole: a tool that has attached deletes its jar.
   *
   * @param known the last one, which is given again if it has the same classes: threads that have
   *     been parked since then may keep it alive, and there is to be one and not many
   * @throws IOException if there is no such jar
   */
  static AgentLoader get(@Nullable AgentLoader known) throws IOException {
    List<URL> found = Collections.list(AgentLoader.class.getClassLoader().getResources(CLASSES));
    IOException trouble = new FileNotFoundException("no " + CLASSES + " on the class path");
    for (int i = found.size() - 1; i >= 0; i--) {
      File jar = jarOf(found.get(i));
      if (jar.exists()) {
        try {
          return of(jar, known);
        } catch (Exception | LinkageError | ServiceConfigurationError e) {
          trouble = new IOException(jar + ": " + e, e);
        }
      }
    }
    throw trouble;
  }

  private static AgentLoader of(File file, @Nullable AgentLoader known) throws IOException {
    try (ZipFile jar = new ZipFile(file)) {
      ZipEntry packed = jar.getEntry(CLASSES);
      if (known != null && known.version == packed.getCrc()) {
        return known;
      }
      AgentLoader loader = new AgentLoader(packed.getCrc());
      try (InputStream in = jar.getInputStream(packed)) {
        loader.read(in);
      }
      loader.defineModule();
      return loader;
    }
  }

  /** Does what the options ask for; false once nothing of it is needed any more. */
  boolean run(String options, Instrumentation instrumentation) {
    return entry != null && entry.test(options, instrumentation);
  }

  private static File jarOf(URL resource) {
    String path = resource.getPath();
    return new File(
        URI.create(path.substring(0, path.length() - CLASSES.length() - "!/".length())));
  }

  private void read(InputStream in) throws IOException {
    ZipInputStream zip = new ZipInputStream(in);
    for (ZipEntry next = zip.getNextEntry(); next != null; next = zip.getNextEntry()) {
      String name = next.getName();
      if (name.endsWith(SUFFIX)) {
        name = name.substring(0, name.length() - SUFFIX.length()).replace('/', '.');
        classes.put(name, zip.readAllBytes());
        packages.add(packageOf(name));
      }
    }
  }

  /**
   * A module that exports nothing and opens nothing, so that nobody can use what he may get at. It
   * requires nothing either: what it needs may not be in the boot layer; see {@link AgentEntry}.
   */
  @SuppressWarnings("unchecked")
  private void defineModule() {
    ModuleDescriptor descriptor =
        ModuleDescriptor.newModule(MODULE)
            .packages(packages)
            .provides(BiPredicate.class.getName(), List.of(PROVIDER))
            .build();
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(new OneModule(descriptor), ModuleFinder.of(), Set.of(MODULE));
    ModuleLayer layer =
        boot.defineModules(
            configuration,
            new Function<String, ClassLoader>() {
              @Override
              public ClassLoader apply(String module) {
                return AgentLoader.this;
              }
            });
    entry = ServiceLoader.load(layer, BiPredicate.class).iterator().next();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!packages.contains(packageOf(name))) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    Class<?> defined = defineClass(name, bytes, 0, bytes.length, domain);
    // Not before: there may have been no memory for it, and the next try be good.
    classes.remove(name);
    return defined;
  }

  @Override
  protected @Nullable Class<?> findClass(@Nullable String module, String name) {
    try {
      return MODULE.equals(module) ? findClass(name) : null;
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  private static String packageOf(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
