package io.stranded.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The little that we need of the foreign-function API of Java 22, for classes compiled for Java 17:
 * native functions of integers and pointers, which both are longs here, and memory by address.
 *
 * <p>Its methods are looked up in the name of java.base, which may use native code unasked: a host
 * that does not allow it to all others prints no warning, and stays as it is.
 */
final class ForeignFunctions {
  private static final String PACKAGE = "java.lang.foreign";

  private final MethodHandles.Lookup lookup;
  private final Object linker;
  private final Object arena;
  private final Object everywhere;
  private final Object longLayout;
  private final MethodHandle get;
  private final MethodHandle set;

  /**
   * Finds the API.
   *
   * @param full no other kind of lookup may find methods which look at their caller
   */
  ForeignFunctions(MethodHandles.Lookup full) throws Throwable {
    Class<?> linkerType = type("Linker");
    Class<?> segment = type("MemorySegment");
    Class<?> layout = type("ValueLayout$OfLong");
    lookup = full.in(linkerType);
    linker = invoke(linkerType, "nativeLinker");
    arena = invoke(type("Arena"), "ofAuto");
    longLayout = type("ValueLayout").getField("JAVA_LONG").get(null);
    Object start = segment.getField("NULL").get(null);
    everywhere = handle(segment, "reinterpret", long.class).invoke(start, Long.MAX_VALUE);
    get = handle(segment, "get", layout, long.class);
    set = handle(segment, "set", layout, long.class, long.class);
  }

  /** The address of a function that a library exports. */
  long find(Path library, String name) throws Throwable {
    Class<?> symbols = type("SymbolLookup");
    return find(
        handle(symbols, "libraryLookup", Path.class, type("Arena")).invoke(library, arena), name);
  }

  /** The address of a function of the platform's standard library. */
  long find(String name) throws Throwable {
    return find(handle(type("Linker"), "defaultLookup").invoke(linker), name);
  }

  /** Calls the function at an address, which returns an int. */
  int call(long address, long... arguments) throws Throwable {
    Class<?> memoryLayout = type("MemoryLayout");
    Class<?> segment = type("MemorySegment");
    Class<?> descriptor = type("FunctionDescriptor");
    Object parameters = Array.newInstance(memoryLayout, arguments.length);
    Object[] values = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      Array.set(parameters, i, longLayout);
      values[i] = arguments[i];
    }
    Class<?> options = Array.newInstance(type("Linker$Option"), 0).getClass();
    MethodHandle function =
        (MethodHandle)
            handle(type("Linker"), "downcallHandle", segment, descriptor, options)
                .invokeWithArguments(
                    linker,
                    handle(segment, "ofAddress", long.class).invoke(address),
                    handle(descriptor, "of", memoryLayout, parameters.getClass())
                        .asFixedArity()
                        .invokeWithArguments(
                            type("ValueLayout").getField("JAVA_INT").get(null), parameters));
    return (int) function.invokeWithArguments(values);
  }

  /** The address of new memory, all zero; it lives as long as this object. */
  long allocate(long bytes) throws Throwable {
    Object segment =
        handle(type("Arena"), "allocate", long.class, long.class)
            .invoke(arena, bytes, (long) Long.BYTES);
    return (long) handle(type("MemorySegment"), "address").invoke(segment);
  }

  long read(long address) throws Throwable {
    return (long) get.invoke(everywhere, longLayout, address);
  }

  void write(long address, long value) throws Throwable {
    set.invoke(everywhere, longLayout, address, value);
  }

  private long find(Object symbols, String name) throws Throwable {
    Optional<?> found =
        (Optional<?>) handle(type("SymbolLookup"), "find", String.class).invoke(symbols, name);
    Object segment =
        found.orElseThrow(() -> new IllegalStateException("no native function " + name));
    return (long) handle(type("MemorySegment"), "address").invoke(segment);
  }

  private Object invoke(Class<?> owner, String name) throws Throwable {
    return handle(owner, name).invoke();
  }

  /** A public method, as java.base itself would call it. */
  private MethodHandle handle(Class<?> owner, String name, Class<?>... parameters)
      throws ReflectiveOperationException {
    return lookup.unreflect(owner.getMethod(name, parameters));
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(PACKAGE + "." + name);
  }
}
