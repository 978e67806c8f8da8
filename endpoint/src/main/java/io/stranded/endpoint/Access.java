package io.stranded.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Who may ask.
 *
 * @param token that is sent as {@code Authorization: Bearer}, or as a password by a browser
 * @param passwords lines {@code user:password}
 */
record Access(Optional<String> token, List<String> passwords) {
  static final Access ANYBODY = new Access(Optional.empty(), List.of());

  Access {
    passwords = List.copyOf(passwords);
  }

  /** Whether anybody may. */
  boolean isOpen() {
    return token.isEmpty() && passwords.isEmpty();
  }

  /** Whether a request with such an {@code Authorization} header is answered. */
  boolean admits(String authorization) {
    if (isOpen()) {
      return true;
    }
    int space = authorization.indexOf(' ');
    String scheme = authorization.substring(0, Math.max(0, space));
    String rest = authorization.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer")) {
      return isToken(rest);
    }
    if (!scheme.equalsIgnoreCase("Basic")) {
      return false;
    }
    String login = decoded(rest);
    boolean known = isToken(login.substring(login.indexOf(':') + 1));
    for (String line : passwords) {
      known |= isSame(line, login);
    }
    return known;
  }

  private boolean isToken(String given) {
    return token.isPresent() && isSame(token.get(), given);
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** In a time that does not tell how much of it was right. */
  private static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
