package io.stranded.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.stranded.finding.Target;

/** Who is told of, in OpenTelemetry's names. */
final class Resources {
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> VERSION = AttributeKey.stringKey("service.version");
  private static final AttributeKey<String> INSTANCE =
      AttributeKey.stringKey("service.instance.id");
  private static final AttributeKey<String> HOST = AttributeKey.stringKey("host.name");
  private static final AttributeKey<Long> PID = AttributeKey.longKey("process.pid");
  private static final AttributeKey<String> JAVA =
      AttributeKey.stringKey("process.runtime.version");

  private Resources() {}

  /** Who tells. */
  static InstrumentationScopeInfo scope(String version) {
    return InstrumentationScopeInfo.builder("io.stranded").setVersion(version).build();
  }

  /** A JVM that is watched. */
  static Resource of(Target target) {
    AttributesBuilder attributes = Resource.getDefault().getAttributes().toBuilder();
    attributes.put(SERVICE, target.serviceName());
    target.serviceVersion().ifPresent(version -> attributes.put(VERSION, version));
    attributes.put(INSTANCE, target.instanceId());
    attributes.put(HOST, target.hostName());
    attributes.put(JAVA, target.javaVersion());
    if (target.pid() > 0) {
      attributes.put(PID, target.pid());
    }
    return Resource.create(attributes.build());
  }

  /** The sidecar itself. */
  static Resource ofSidecar(String version) {
    return Resource.create(
        Resource.getDefault().getAttributes().toBuilder()
            .put(SERVICE, "stranded")
            .put(VERSION, version)
            .put(PID, ProcessHandle.current().pid())
            .build());
  }
}
