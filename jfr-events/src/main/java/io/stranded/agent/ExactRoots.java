package io.stranded.agent;

import java.lang.invoke.MethodHandles;
import java.nio.file.Path;

/**
 * Brings objects that compiled code has scalar-replaced back to the heap, so that a heap dump taken
 * next shows them and what they refer to.
 *
 * <p>HotSpot does so, since Java 16, for all threads at the start of JVMTI's {@code
 * FollowReferences}; the walk itself ends at the roots, because the callback returns 0. Up to Java
 * 21 it takes a native agent to call JVMTI, {@code roots.c}.
 */
final class ExactRoots {
  private static final int FIRST_RELEASE = 22;

  private static final int JVMTI_VERSION_11 = 0x300b0000;
  private static final long CAN_TAG_OBJECTS = 1;
  private static final int CAPABILITIES_BYTES = 16;
  private static final int CALLBACK_COUNT = 16;
  private static final int HEAP_REFERENCE_CALLBACK = 1;

  /** Positions in JNI's and JVMTI's tables of functions. */
  private static final int GET_ENV = 6;

  private static final int FOLLOW_REFERENCES = 114;
  private static final int DISPOSE_ENVIRONMENT = 126;
  private static final int ADD_CAPABILITIES = 141;

  private final ForeignFunctions foreign;

  private ExactRoots(ForeignFunctions foreign) {
    this.foreign = foreign;
  }

  /**
   * Materialises the objects.
   *
   * @param full as {@link FullLookup} gives it
   * @return false on releases where it takes a native agent
   * @throws Throwable if this JVM does not let us; nothing has changed then
   */
  static boolean materialize(MethodHandles.Lookup full) throws Throwable {
    if (Runtime.version().feature() < FIRST_RELEASE) {
      return false;
    }
    if (!System.getProperty("os.arch").matches("amd64|x86_64|aarch64")) {
      throw new UnsupportedOperationException("the platform may not have pointers of 64 bits");
    }
    new ExactRoots(new ForeignFunctions(full)).materialize();
    return true;
  }

  private void materialize() throws Throwable {
    long out = foreign.allocate(Long.BYTES);
    long vms = foreign.find(jvmLibrary(), "JNI_GetCreatedJavaVMs");
    check("JNI_GetCreatedJavaVMs", foreign.call(vms, out, 1, 0));
    long vm = foreign.read(out);
    check("GetEnv", foreign.call(function(vm, GET_ENV), vm, out, JVMTI_VERSION_11));
    long jvmti = foreign.read(out);
    try {
      long capabilities = foreign.allocate(CAPABILITIES_BYTES);
      foreign.write(capabilities, CAN_TAG_OBJECTS);
      check(
          "AddCapabilities", foreign.call(function(jvmti, ADD_CAPABILITIES), jvmti, capabilities));
      long callbacks = foreign.allocate((long) CALLBACK_COUNT * Long.BYTES);
      // It takes no arguments and returns 0: do not follow this reference.
      long stopHere = foreign.find("sched_yield");
      foreign.write(callbacks + (long) HEAP_REFERENCE_CALLBACK * Long.BYTES, stopHere);
      check(
          "FollowReferences",
          foreign.call(function(jvmti, FOLLOW_REFERENCES), jvmti, 0, 0, 0, callbacks, 0));
    } finally {
      foreign.call(function(jvmti, DISPOSE_ENVIRONMENT), jvmti);
    }
  }

  /** The address of a function of an object that begins with a pointer to its table. */
  private long function(long object, int position) throws Throwable {
    return foreign.read(foreign.read(object) + (long) position * Long.BYTES);
  }

  private static Path jvmLibrary() {
    Path home = Path.of(System.getProperty("java.home"));
    String name = System.mapLibraryName("jvm");
    return home.resolve(name.endsWith(".dll") ? "bin" : "lib").resolve("server").resolve(name);
  }

  private static void check(String function, int result) {
    if (result != 0) {
      throw new IllegalStateException(function + " returned " + result);
    }
  }
}
