package io.stranded.internal.hprof;

/** The basic types of HPROF fields and arrays, by their codes in the file. */
public final class HprofType {
  public static final int OBJECT = 2;
  public static final int BOOLEAN = 4;
  public static final int CHAR = 5;
  public static final int FLOAT = 6;
  public static final int DOUBLE = 7;
  public static final int BYTE = 8;
  public static final int SHORT = 9;
  public static final int INT = 10;
  public static final int LONG = 11;

  private HprofType() {}

  /** Bytes of a value of the type, or 0 if there is no such type. */
  public static int size(int type, int idSize) {
    return switch (type) {
      case OBJECT -> idSize;
      case BOOLEAN, BYTE -> 1;
      case CHAR, SHORT -> 2;
      case FLOAT, INT -> 4;
      case DOUBLE, LONG -> 8;
      default -> 0;
    };
  }
}
