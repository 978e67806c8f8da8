package io.stranded.internal.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrameworksTest {
  @Test
  void prefixesAreAddedToTheKnownOnes() {
    assertThat(Frameworks.has("org.springframework.web.A.a(A.java:1)")).isTrue();
    assertThat(Frameworks.has("com.acme.A.a(A.java:1)")).isFalse();
    assertThat(Frameworks.folded("com.acme.platform., "))
        .contains("com.acme.platform.", "org.springframework.");
  }

  @Test
  void framesOfTheApplicationAreNamedBeforeThoseOfFrameworks() {
    String jdk = "java.lang.Thread.start(Thread.java:1)";
    String framework = "org.springframework.scheduling.A.a(A.java:1)";
    String own = "com.acme.A.a(A.java:1)";
    assertThat(Frameworks.own(List.of(jdk, framework, own))).containsExactly(own);
    assertThat(Frameworks.own(List.of(jdk, framework))).containsExactly(framework);
    assertThat(Frameworks.own(List.of(jdk))).isEmpty();
  }

  @Test
  void noneLeavesTheKnownOnesOut() {
    assertThat(Frameworks.folded("none")).isEmpty();
    assertThat(Frameworks.folded("none,com.acme.")).containsExactly("com.acme.");
  }
}
