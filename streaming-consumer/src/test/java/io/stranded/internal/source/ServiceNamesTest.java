package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Target;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceNamesTest {
  @Test
  void attributesOfTheEnvironmentAreRead() {
    ServiceNames names =
        ServiceNames.of(
            Map.of(),
            Map.of("OTEL_RESOURCE_ATTRIBUTES", "service.name=shop, service.version=1.4%2B7,x,=y"));
    assertThat(names.name()).contains("shop");
    assertThat(names.version()).contains("1.4+7");
  }

  @Test
  void propertiesAreStrongerAndTheNameAloneIsStrongest() {
    ServiceNames names =
        ServiceNames.of(
            Map.of(
                "otel.resource.attributes", "service.name=list,service.version=2+1",
                "otel.service.name", "alone"),
            Map.of(
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.version=1",
                "OTEL_SERVICE_NAME",
                "environment"));
    assertThat(names.name()).contains("alone");
    assertThat(names.version()).contains("2+1");
  }

  @Test
  void silenceIsNoName() {
    ServiceNames names =
        ServiceNames.of(Map.of("otel.service.name", " "), Map.of("PATH", "service.name=x"));
    assertThat(names.name()).isEmpty();
    assertThat(names.version()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "com.acme.Main --port 80, com.acme.Main,",
    "/srv/orders-2.3.1.jar, orders, 2.3.1",
    "order-service-2.3.1-SNAPSHOT.jar x-1.jar, order-service, 2.3.1-SNAPSHOT",
    "app.jar, app,",
    "log4j-2.jar, log4j, 2",
    "'', java,"
  })
  void whoSaysNothingIsCalledAsItsCommandLine(String command, String name, String version) {
    ServiceNames names = ServiceNames.of(Map.of(), Map.of()).orOf(command);
    assertThat(names.name()).contains(name);
    assertThat(names.version()).isEqualTo(Optional.ofNullable(version));
    ServiceNames named = ServiceNames.of(Map.of("otel.service.name", "shop"), Map.of());
    assertThat(named.orOf(command)).isEqualTo(named);
  }

  @Test
  void runningJvmIsCalledAsItsSettingsSay() throws Exception {
    List<String> command =
        List.of(
            "-Dotel.resource.attributes=service.name=shop,service.version=1.4",
            Idle.class.getName());
    try (ForkedJvm jvm = ForkedJvm.start(Jdk.current(), command);
        TargetJvm target = TargetJvm.attach(jvm.pid())) {
      Target identity = target.identity();
      assertThat(identity.serviceName()).isEqualTo("shop");
      assertThat(identity.serviceVersion()).contains("1.4");
    }
  }

  /** Does nothing until it is killed. */
  static final class Idle {
    private Idle() {}

    public static void main(String[] args) throws Exception {
      System.out.println("READY");
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
