package io.stranded.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** How the endpoint's page looks, for other pages by the same hand. */
public final class PageStyle {
  private PageStyle() {}

  /** Its style sheet, which needs nothing else. */
  public static String css() {
    try (InputStream in = PageStyle.class.getResourceAsStream("page.css")) {
      if (in == null) {
        throw new IllegalStateException("page.css is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
