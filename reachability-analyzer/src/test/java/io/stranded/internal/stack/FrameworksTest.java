package io.stranded.internal.stack;

import static org.assertj.core.api.Assertions.assertThat;

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
  void noneLeavesTheKnownOnesOut() {
    assertThat(Frameworks.folded("none")).isEmpty();
    assertThat(Frameworks.folded("none,com.acme.")).containsExactly("com.acme.");
  }
}
