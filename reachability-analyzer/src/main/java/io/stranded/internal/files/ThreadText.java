package io.stranded.internal.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text that passed through consoles and redirections, whatever encoding they gave it. */
public final class ThreadText {
  private ThreadText() {}

  /**
   * The text: UTF-16 as its mark or its zero bytes tell, which PowerShell writes; otherwise UTF-8,
   * or Latin-1 where it is not that. A mark at its start is left out.
   */
  public static String decode(byte[] bytes) {
    if (startsWith(bytes, 0xef, 0xbb, 0xbf)) {
      return new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8);
    }
    if (startsWith(bytes, 0xff, 0xfe)) {
      return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16LE);
    }
    if (startsWith(bytes, 0xfe, 0xff)) {
      return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16BE);
    }
    if (bytes.length >= 4 && bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0) {
      return new String(bytes, StandardCharsets.UTF_16LE);
    }
    if (bytes.length >= 4 && bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0 && bytes[3] != 0) {
      return new String(bytes, StandardCharsets.UTF_16BE);
    }
    return narrow(bytes);
  }

  /** Each line by itself: names of threads are the application's, and one may be garbled. */
  private static String narrow(byte[] bytes) {
    try {
      return strict(StandardCharsets.UTF_8, bytes, 0, bytes.length);
    } catch (CharacterCodingException e) {
      StringBuilder text = new StringBuilder(bytes.length);
      int start = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n' || i == bytes.length - 1) {
          text.append(line(bytes, start, i + 1 - start));
          start = i + 1;
        }
      }
      return text.toString();
    }
  }

  private static String line(byte[] bytes, int from, int length) {
    try {
      return strict(StandardCharsets.UTF_8, bytes, from, length);
    } catch (CharacterCodingException e) {
      return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
  }

  private static String strict(Charset charset, byte[] bytes, int from, int length)
      throws CharacterCodingException {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes, from, length))
        .toString();
  }

  private static boolean startsWith(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
