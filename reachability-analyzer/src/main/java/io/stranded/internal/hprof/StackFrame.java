package io.stranded.internal.hprof;

/**
 * A frame of a Java stack.
 *
 * @param className binary name with dots
 * @param methodName such as {@code run}
 * @param signature such as {@code ()V}
 * @param sourceFile may be empty
 * @param line 0 or less if unknown; -3 for a native method
 * @param classId the class in the dump, or 0
 */
public record StackFrame(
    String className,
    String methodName,
    String signature,
    String sourceFile,
    int line,
    long classId) {
  static final StackFrame UNKNOWN = new StackFrame("?", "?", "", "", 0, 0);
  private static final int NATIVE_METHOD = -3;

  /** Whether it is a method of the given class, whatever its signature. */
  public boolean is(String ofClass, String method) {
    return methodName.equals(method) && className.equals(ofClass);
  }

  public boolean isNative() {
    return line == NATIVE_METHOD;
  }

  /** The frame as stack traces print it: {@code class.method(File.java:line)}. */
  @Override
  public String toString() {
    String place =
        isNative()
            ? "Native Method"
            : sourceFile.isEmpty()
                ? "Unknown Source"
                : line > 0 ? sourceFile + ":" + line : sourceFile;
    return className + "." + methodName + "(" + place + ")";
  }
}
