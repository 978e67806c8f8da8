package io.stranded.internal.stack;

import io.stranded.finding.Cause;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names a kind of leak: 16 hex digits that stay the same across dumps, hosts, runs and JDK updates.
 *
 * <p>Made from the cause, the synchronizer's class and the application's frames without line,
 * lambda or proxy numbers. Frames of the JDK change between releases and count only through the
 * synchronizer, and frames of hidden classes are told by some sources only. Where the whole stack
 * is the JDK's, as in a pool worker, the thread's name without its numbers stands in, with where it
 * comes from: who created it or, where nobody has seen that, whose code it was made of.
 */
public final class Fingerprint {
  private static final int BYTES = 8;

  private Fingerprint() {}

  /**
   * The fingerprint of a wait.
   *
   * @param cause why the threads wait
   * @param blockerType class of the synchronizer as users know it; may be empty
   * @param stack frames, innermost first
   * @param threadName name of one of the threads
   * @param origin where it comes from, as {@link #origin} tells or another name of a class; empty
   *     if that is not known
   */
  public static String of(
      Cause cause, String blockerType, List<String> stack, String threadName, String origin) {
    StringBuilder text = new StringBuilder(cause.name());
    text.append('\n').append(Frames.normalised(blockerType));
    List<String> own =
        stack.stream().filter(frame -> !Frames.isJdk(frame) && !Frames.isHidden(frame)).toList();
    own.forEach(frame -> text.append('\n').append(Frames.normalised(frame)));
    if (own.isEmpty()) {
      text.append('\n').append(threadName.replaceAll("\\d+", "#"));
      if (!origin.isEmpty()) {
        text.append('\n').append(Frames.normalised(origin));
      }
    }
    return hash(text.toString());
  }

  /**
   * The fingerprints that a wait has where less is known of where its thread comes from.
   *
   * @param origins where it comes from, as far as it is known: what tells most first
   */
  public static List<String> aliases(
      Cause cause,
      String blockerType,
      List<String> stack,
      String threadName,
      List<String> origins) {
    return Stream.concat(origins.stream(), Stream.of(""))
        .map(origin -> of(cause, blockerType, stack, threadName, origin))
        .distinct()
        .skip(1)
        .toList();
  }

  /**
   * Where a thread comes from: the innermost frame of its creation that is not the JDK's; empty if
   * there is none. Only one, since the same code may be called in many ways.
   */
  public static String origin(List<String> createdBy) {
    return createdBy.stream()
        .filter(frame -> !Frames.isJdk(frame) && !Frames.isHidden(frame))
        .findFirst()
        .map(Frames::method)
        .orElse("");
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
