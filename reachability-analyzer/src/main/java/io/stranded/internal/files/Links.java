package io.stranded.internal.files;

/** Which symbolic links may be followed on the way to a directory. */
public enum Links {
  /** None: in the root of another process they would lead into our own. */
  REFUSED,

  /** Those of root and of ourselves: nobody else can choose where they lead. */
  TRUSTED
}
