package io.stranded.internal.source;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a JVM calls its service, in the settings by which OpenTelemetry's SDKs are told. The system
 * properties are stronger than the environment, and a setting of the name alone stronger than the
 * list of attributes.
 *
 * @param name {@code service.name}
 * @param version {@code service.version}
 */
record ServiceNames(Optional<String> name, Optional<String> version) {
  private static final String NAME = "service.name";
  private static final String VERSION = "service.version";

  /** Looks through the system properties and the environment of a JVM. */
  static ServiceNames of(Map<String, String> properties, Map<String, String> environment) {
    Map<String, String> attributes =
        attributes(environment.getOrDefault("OTEL_RESOURCE_ATTRIBUTES", ""));
    put(attributes, NAME, environment.getOrDefault("OTEL_SERVICE_NAME", ""));
    attributes.putAll(attributes(properties.getOrDefault("otel.resource.attributes", "")));
    put(attributes, NAME, properties.getOrDefault("otel.service.name", ""));
    return new ServiceNames(
        Optional.ofNullable(attributes.get(NAME)), Optional.ofNullable(attributes.get(VERSION)));
  }

  /** Reads {@code key=value,key=value} with percent-encoded values; what is damaged is left out. */
  private static Map<String, String> attributes(String list) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String pair : list.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        put(attributes, pair.substring(0, equals).strip(), decoded(pair.substring(equals + 1)));
      }
    }
    return attributes;
  }

  private static String decoded(String value) {
    try {
      // In a list of attributes a plus sign is a plus sign.
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static void put(Map<String, String> attributes, String name, String value) {
    if (!value.isBlank()) {
      attributes.put(name, value.strip());
    }
  }
}
