package io.stranded.snapshot;

/** Names of classes in the JVM's notation. */
final class Signatures {
  private Signatures() {}

  /** The name with dots of {@code Ljava/lang/String;}; arrays stay as they are. */
  static String className(String signature) {
    return dumpName(signature).replace('/', '.');
  }

  /** The name as heap dumps have it: {@code java/lang/String}, {@code [I}. */
  static String dumpName(String signature) {
    boolean plain = signature.startsWith("L") && signature.endsWith(";");
    return plain ? signature.substring(1, signature.length() - 1) : signature;
  }
}
