package io.stranded.otlp;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command sends to a collector. */
public final class OtlpOptions {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      description =
          "Send metrics, and changes of findings as log records, to the OpenTelemetry "
              + "collector there, by HTTP with protobuf, such as http://localhost:4318.")
  private @Nullable String endpoint;

  @Option(
      names = "--otlp-header",
      paramLabel = "NAME=VALUE",
      description = "Send this header with it; $${env:NAME} is a variable's value.")
  private Map<String, String> headers = new LinkedHashMap<>();

  /** Options that say to send nothing. */
  public OtlpOptions() {}

  /**
   * What sends; empty where nothing is to be sent.
   *
   * @throws IllegalArgumentException if an option is wrong; one line
   */
  public Optional<OtlpSink> open() {
    if (endpoint == null) {
      if (!headers.isEmpty()) {
        throw new IllegalArgumentException("--otlp-header is for --otlp-endpoint");
      }
      return Optional.empty();
    }
    return Optional.of(new OtlpSink(base(endpoint), resolved(headers), INTERVAL));
  }

  /** The address without a path, below which each signal has its own. */
  private static String base(String url) {
    try {
      URI address = URI.create(url);
      boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (web && address.getHost() != null) {
        return url.replaceAll("/+$", "");
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "--otlp-endpoint " + url + ": expected http://HOST:PORT or https://HOST:PORT");
  }

  /** So that no secret need stand in a command line. */
  private static Map<String, String> resolved(Map<String, String> headers) {
    Map<String, String> values = new LinkedHashMap<>();
    headers.forEach((name, value) -> values.put(name, resolved(name, value)));
    return values;
  }

  private static String resolved(String name, String value) {
    if (!value.startsWith("${env:") || !value.endsWith("}")) {
      return value;
    }
    String variable = value.substring("${env:".length(), value.length() - 1);
    String known = System.getenv(variable);
    if (known == null) {
      throw new IllegalArgumentException(
          "--otlp-header " + name + ": there is no variable " + variable);
    }
    return known;
  }
}
