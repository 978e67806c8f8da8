package io.stranded.internal.source;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final String JAR = ".jar";
  private static final Pattern VERSIONED = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");

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

  /**
   * The same, with what the command line tells where the JVM calls its service nothing: the main
   * class, or the jar, whose name ends in its version where a build tool has made it.
   *
   * @param command the main class or jar with its arguments, as {@code sun.java.command} has it
   */
  ServiceNames orOf(String command) {
    if (name.isPresent()) {
      return this;
    }
    String main = command.split(" ", 2)[0];
    String file = main.substring(main.lastIndexOf('/') + 1);
    if (!file.endsWith(JAR)) {
      return new ServiceNames(Optional.of(file.isEmpty() ? "java" : file), version);
    }
    Matcher versioned = VERSIONED.matcher(file);
    return versioned.matches()
        ? new ServiceNames(
            Optional.of(versioned.group(1)), version.or(() -> Optional.of(versioned.group(2))))
        : new ServiceNames(Optional.of(file.substring(0, file.length() - JAR.length())), version);
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
