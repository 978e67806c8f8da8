package io.stranded.internal.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What a file of a JVM is, as its first bytes tell and not its name, and what to do with it. */
public enum FileKind {
  HEAP_DUMP("a heap dump", "stranded analyze takes it"),
  ANDROID_DUMP(
      "a heap dump of Android",
      "hprof-conv of the Android SDK makes an ordinary one of it, in which the waits of ART's"
          + " threads are not told"),
  RECORDING("a flight recording", "stranded replay and stranded trend take it"),
  OLD_RECORDING(
      "a flight recording of version 0.9, of Oracle's JDK 7u40 to 8u60",
      "JDK Mission Control opens it; recordings of later JDKs can be read here"),
  JROCKIT(
      "a recording of JRockit", "JRockit Mission Control opens it; its JVM is none that is known"),
  PHD(
      "a portable heap dump of OpenJ9 (.phd), which has no fields and no stacks",
      "take a system dump there, -Xdump:system or jcmd PID Dump.system, and open it in Eclipse MAT"
          + " with DTFJ, which exports HPROF"),
  JAVACORE(
      "a javacore of OpenJ9",
      "it lists waits as text and is not read here; only HotSpot's thread dumps are"),
  CORE(
      "a core dump",
      "jhsdb jmap --binaryheap --dumpfile heap.hprof --exe JAVA --core FILE makes a heap dump"),
  THREAD_DUMP("a thread dump", "stranded analyze --threads FILE DUMP takes it, with a heap dump"),
  GZIP("a gzip", "gunzip it first"),
  ZIP("a zip", "unzip it first"),
  TAR("a tar", "unpack it first"),
  PACKED("packed with xz, bzip2, zstd or 7z", "unpack it first"),
  UNKNOWN("", "");

  private static final int HEAD = 8192;
  private static final int TAR_MAGIC_AT = 257;
  private static final byte[] PHD_MAGIC = "portable heap dump".getBytes(StandardCharsets.US_ASCII);

  private final String label;
  private final String advice;

  FileKind(String label, String advice) {
    this.label = label;
    this.advice = advice;
  }

  /** The kind that a file begins as; unknown if it cannot be read. */
  public static FileKind of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(HEAD));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** The kind of what begins with these bytes. */
  public static FileKind of(byte[] head) {
    if (startsWith(head, "FLR\0")) {
      return head.length >= 6 && head[4] == 0 && head[5] == 0 ? OLD_RECORDING : RECORDING;
    }
    if (startsWith(head, "JAVA PROFILE ")) {
      return startsWith(head, "JAVA PROFILE 1.0.3") ? ANDROID_DUMP : HEAP_DUMP;
    }
    if (head.length >= 2 + PHD_MAGIC.length
        && Arrays.equals(head, 2, 2 + PHD_MAGIC.length, PHD_MAGIC, 0, PHD_MAGIC.length)) {
      return PHD;
    }
    if (startsWith(head, "\u001f\u008b")) {
      return GZIP;
    }
    if (startsWith(head, "PK\u0003\u0004")) {
      return ZIP;
    }
    if (startsWith(head, "\u007fELF")) {
      return CORE;
    }
    if (head.length > TAR_MAGIC_AT
        && startsWith(Arrays.copyOfRange(head, TAR_MAGIC_AT, head.length), "ustar")) {
      return TAR;
    }
    if (startsWith(head, "BZh")
        || startsWith(head, "\u00fd7zXZ")
        || startsWith(head, "(\u00b5/\u00fd")
        || startsWith(head, "7z\u00bc\u00af")) {
      return PACKED;
    }
    return ofText(ThreadText.decode(head));
  }

  private static FileKind ofText(String head) {
    if (head.startsWith("NULL ") || head.startsWith("0SECTION")) {
      return JAVACORE;
    }
    if (head.startsWith("<?xml") && head.contains("jra")) {
      return JROCKIT;
    }
    if (head.contains("Full thread dump")
        || head.contains("\"threadDump\"")
        || head.contains("java.lang.Thread.State:")) {
      return THREAD_DUMP;
    }
    return UNKNOWN;
  }

  private static boolean startsWith(byte[] head, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= bytes.length
        && Arrays.equals(head, 0, bytes.length, bytes, 0, bytes.length);
  }

  /** A clause such as {@code a flight recording: stranded replay takes it}; empty if unknown. */
  public String words() {
    return label.isEmpty() ? "" : label + ": " + advice;
  }

  /** The same as the end of a sentence on what was expected instead. */
  public String found() {
    return label.isEmpty() ? "" : ", found " + words();
  }
}
