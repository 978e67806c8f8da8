package io.stranded.internal.jdk;

import io.stranded.internal.hprof.HprofType;
import java.util.Optional;

/**
 * Where a release of the JDK has a field.
 *
 * @param owner the class of the objects that are asked for it
 * @param hop the field of the owner that refers to the object which has it; empty if the owner has
 *     it itself
 * @param declaring the class that declares it
 * @param name its name
 * @param kind its type
 * @param isStatic whether it is a static field
 * @param role what it is to the analyzer
 * @param witness what only those releases have that have the field; empty for all
 */
record FieldPlace(
    String owner,
    Optional<String> hop,
    String declaring,
    String name,
    Kind kind,
    boolean isStatic,
    Role role,
    Optional<Witness> witness) {

  /** The types of fields. */
  enum Kind {
    INT(HprofType.INT),
    LONG(HprofType.LONG),
    BOOLEAN(HprofType.BOOLEAN),
    BYTE(HprofType.BYTE),
    REFERENCE(HprofType.OBJECT);

    /** Its code in dumps. */
    final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** What a field is to the analyzer. */
  enum Role {
    /** Something is read from it. */
    READ,
    /** The same, if anything; and live code reaches nothing by it. */
    NO_EDGE,
    /** The releases that have it have nothing of what its row is for. */
    INSTEAD
  }

  /** A class, and perhaps one of its fields, by which releases are told apart. */
  record Witness(String type, Optional<String> field) {}

  static FieldPlace of(String type, String name, Kind kind) {
    return new FieldPlace(
        type, Optional.empty(), type, name, kind, false, Role.READ, Optional.empty());
  }

  static FieldPlace ofStatic(String type, String name, Kind kind) {
    return new FieldPlace(
        type, Optional.empty(), type, name, kind, true, Role.READ, Optional.empty());
  }

  /** The same field in an object that a field of the owner refers to. */
  FieldPlace behind(String field, String type) {
    return new FieldPlace(owner, Optional.of(field), type, name, kind, isStatic, role, witness);
  }

  FieldPlace noEdge() {
    return new FieldPlace(owner, hop, declaring, name, kind, isStatic, Role.NO_EDGE, witness);
  }

  FieldPlace instead() {
    return new FieldPlace(owner, hop, declaring, name, kind, isStatic, Role.INSTEAD, witness);
  }

  FieldPlace onlyWith(String type) {
    return with(new Witness(type, Optional.empty()));
  }

  FieldPlace onlyWith(String type, String field) {
    return with(new Witness(type, Optional.of(field)));
  }

  private FieldPlace with(Witness value) {
    return new FieldPlace(owner, hop, declaring, name, kind, isStatic, role, Optional.of(value));
  }

  @Override
  public String toString() {
    return declaring + "." + name;
  }
}
