package io.stranded.finding;

import java.util.Optional;

/**
 * The JVM that a profile speaks of. Names follow OpenTelemetry's resource attributes.
 *
 * @param serviceName what runs there, by default its main class ({@code service.name})
 * @param instanceId tells this JVM from all others, ever ({@code service.instance.id})
 * @param hostName where it runs ({@code host.name}); {@link #UNKNOWN} if that is not told
 * @param pid its process id there ({@code process.pid}); 0 if that is not told
 * @param javaVersion its {@code java.runtime.version}
 * @param serviceVersion which release of the service it is ({@code service.version}), where it says
 */
public record Target(
    String serviceName,
    String instanceId,
    String hostName,
    long pid,
    String javaVersion,
    Optional<String> serviceVersion) {
  /** In place of a name that nothing tells. */
  public static final String UNKNOWN = "unknown";

  /** A target that does not say which release of its service it is. */
  public Target(
      String serviceName, String instanceId, String hostName, long pid, String javaVersion) {
    this(serviceName, instanceId, hostName, pid, javaVersion, Optional.empty());
  }
}
