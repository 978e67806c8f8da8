package io.stranded.endpoint;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The parameters of an address. */
final class Query {
  private Query() {}

  /**
   * Reads them, the first of each name.
   *
   * @throws IllegalArgumentException if one is not encoded as it should be
   */
  static Map<String, String> of(URI address) {
    Map<String, String> query = new TreeMap<>();
    String raw = address.getRawQuery();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        query.putIfAbsent(decoded(name), decoded(equals < 0 ? "" : pair.substring(equals + 1)));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
