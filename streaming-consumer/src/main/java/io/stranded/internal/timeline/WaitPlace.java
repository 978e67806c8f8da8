package io.stranded.internal.timeline;

import io.stranded.internal.stack.Frames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Where threads wait and for what; shared by all that wait there.
 *
 * @param blockerClass class of the object waited on; empty if unknown
 * @param stack frames of the waiting thread, innermost first
 * @param key the same for all places that differ in line numbers and made-up names only
 */
public record WaitPlace(String blockerClass, List<String> stack, String key) {
  private static final int KEY_BYTES = 8;

  /** A place, with its key made. */
  static WaitPlace of(String blockerClass, List<String> stack) {
    StringBuilder text = new StringBuilder(blockerClass);
    stack.forEach(frame -> text.append('\n').append(Frames.normalised(frame)));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return new WaitPlace(
          blockerClass, List.copyOf(stack), HexFormat.of().formatHex(hash, 0, KEY_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
