package io.stranded.endpoint;

import java.util.Map;
import java.util.Optional;

/**
 * What a client asks for.
 *
 * @param path decoded
 * @param query parameters, the first of each name
 * @param accept the {@code Accept} header; empty if there is none
 */
public record Request(String path, Map<String, String> query, String accept) {
  /** A parameter, if it is there and not empty. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }
}
