package io.stranded.internal.proof;

import io.stranded.snapshot.OwnJvm;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads what the JDK keeps of threads to itself: which inheritable values they were born with, and
 * which virtual threads there are.
 *
 * <p>What it takes for that: the package {@code java.lang} opened to us, or the native library, or
 * {@code sun.misc.Unsafe}, in this order. It is made when a thread has to be read for the first
 * time.
 */
public final class FullAccess {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final Optional<FullAccess> INSTANCE = make();

  private final MethodHandles.Lookup lookup;
  private final VarHandle inheritable;
  private final Optional<MapWriter> writer;
  private final VarHandle table;
  private final VarHandle value;
  private final Optional<VirtualThreads> virtualThreads;

  private FullAccess(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
    Class<?> map = Class.forName("java.lang.ThreadLocal$ThreadLocalMap");
    Class<?> entry = Class.forName("java.lang.ThreadLocal$ThreadLocalMap$Entry");
    this.lookup = lookup;
    MethodHandles.Lookup ofThread = MethodHandles.privateLookupIn(Thread.class, lookup);
    inheritable = ofThread.findVarHandle(Thread.class, "inheritableThreadLocals", map);
    MethodHandles.Lookup ofMap = MethodHandles.privateLookupIn(map, lookup);
    writer = MapWriter.of(ofMap, map);
    table = ofMap.findVarHandle(map, "table", entry.arrayType());
    value =
        MethodHandles.privateLookupIn(entry, lookup).findVarHandle(entry, "value", Object.class);
    virtualThreads =
        Runtime.version().feature() < FIRST_WITH_VIRTUAL_THREADS
            ? Optional.empty()
            : VirtualThreads.by(lookup);
  }

  /** The one of this JVM; empty where nothing lets us. */
  public static Optional<FullAccess> get() {
    return INSTANCE;
  }

  /** The inheritable value of a type that a thread was born with, or has set since. */
  public <T> Optional<T> inherited(Thread thread, Class<T> type) {
    Object map = inheritable.get(thread);
    Object[] entries = map == null ? null : (Object[]) table.get(map);
    if (entries == null) {
      return Optional.empty();
    }
    for (Object entry : entries) {
      Object found = entry == null ? null : value.get(entry);
      if (type.isInstance(found)) {
        return Optional.of(type.cast(found));
      }
    }
    return Optional.empty();
  }

  /** Gives a thread that does not run yet a value which it did not inherit; where that can be. */
  public <T> void bequeath(Thread thread, InheritableThreadLocal<T> key, T its) {
    if (writer.isEmpty()) {
      return;
    }
    Object map = inheritable.get(thread);
    if (map == null) {
      inheritable.set(thread, writer.get().newMap(key, its));
    } else {
      writer.get().set(map, key, its);
    }
  }

  /** A static field of a class of the JDK's loader. */
  VarHandle hook(String type, String field, Class<?> its) throws ReflectiveOperationException {
    Class<?> found = Class.forName(type, /* initialize= */ false, /* loader= */ null);
    return MethodHandles.privateLookupIn(found, lookup).findStaticVarHandle(found, field, its);
  }

  /** The virtual threads that have been started and not ended; none where they are not kept. */
  public Stream<Thread> virtualThreads() {
    return virtualThreads.stream().flatMap(VirtualThreads::all);
  }

  private static Optional<FullAccess> make() {
    for (Supplier<Optional<MethodHandles.Lookup>> way :
        java.util.List.<Supplier<Optional<MethodHandles.Lookup>>>of(
            FullAccess::byOpenPackage, FullAccess::byLibrary, FullAccess::byUnsafe)) {
      try {
        Optional<MethodHandles.Lookup> lookup = way.get();
        if (lookup.isPresent()) {
          return Optional.of(new FullAccess(lookup.get()));
        }
      } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
        // The next way may do.
      }
    }
    return Optional.empty();
  }

  private static Field trusted() {
    try {
      return MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code --add-opens java.base/java.lang.invoke=ALL-UNNAMED}. */
  private static Optional<MethodHandles.Lookup> byOpenPackage() {
    Field field = trusted();
    try {
      return field.trySetAccessible()
          ? Optional.of((MethodHandles.Lookup) field.get(null))
          : Optional.empty();
    } catch (IllegalAccessException e) {
      return Optional.empty();
    }
  }

  private static Optional<MethodHandles.Lookup> byLibrary() {
    return OwnLibrary.get().jvm().flatMap(OwnJvm::fullLookup);
  }

  /** By reflection, since the compiler warns of the class, which may not be there for long. */
  private static Optional<MethodHandles.Lookup> byUnsafe() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field instance = type.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      Object unsafe = instance.get(null);
      MethodHandles.Lookup own = MethodHandles.lookup();
      Field field = trusted();
      MethodHandle base =
          own.findVirtual(
              type, "staticFieldBase", MethodType.methodType(Object.class, Field.class));
      MethodHandle offset =
          own.findVirtual(
              type, "staticFieldOffset", MethodType.methodType(long.class, Field.class));
      MethodHandle get =
          own.findVirtual(
              type, "getObject", MethodType.methodType(Object.class, Object.class, long.class));
      return Optional.of(
          (MethodHandles.Lookup)
              get.invoke(unsafe, base.invoke(unsafe, field), (long) offset.invoke(unsafe, field)));
    } catch (Throwable e) {
      return Optional.empty();
    }
  }

  /** Writes maps of thread-locals: those of other threads, before they run. */
  private record MapWriter(MethodHandle creation, MethodHandle setting) {
    static Optional<MapWriter> of(MethodHandles.Lookup lookup, Class<?> map) {
      MethodType keyAndValue = MethodType.methodType(void.class, ThreadLocal.class, Object.class);
      try {
        return Optional.of(
            new MapWriter(
                lookup.findConstructor(map, keyAndValue),
                lookup.findVirtual(map, "set", keyAndValue)));
      } catch (ReflectiveOperationException e) {
        return Optional.empty();
      }
    }

    Object newMap(ThreadLocal<?> key, Object value) {
      try {
        return creation.invoke(key, value);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    void set(Object map, ThreadLocal<?> key, Object value) {
      try {
        setting.invoke(map, key, value);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
