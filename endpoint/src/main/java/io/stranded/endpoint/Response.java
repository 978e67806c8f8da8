package io.stranded.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a client gets. */
public final class Response {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final int status;
  private final String contentType;
  private final Map<String, String> headers;
  private final byte[] body;

  private Response(int status, String contentType, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  /** An answer without headers of its own. */
  public static Response of(int status, String contentType, byte[] body) {
    return new Response(status, contentType, Map.of(), body);
  }

  /** An answer in words; a line break is added. */
  public static Response text(int status, String words) {
    return of(status, TEXT, (words + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** JSON. */
  public static Response json(String json) {
    return of(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** The same with a header more. */
  public Response with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Response(status, contentType, more, body);
  }
}
