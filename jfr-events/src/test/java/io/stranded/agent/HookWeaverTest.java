package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.IllegalClassFormatException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HookWeaverTest {
  private final OneTransformer transformer = new OneTransformer();
  private final HookWeaver weaver =
      new HookWeaver(transformer.asInstrumentation(), MethodHandles.publicLookup());

  @Test
  void failureIsToldOnceAndNotAgainWhenTheNextTryIsGood() {
    transformer.damaged = true;
    assertThatThrownBy(weaver::install)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("hooks cannot be woven");

    transformer.damaged = false;
    assertThatCode(weaver::install).doesNotThrowAnyException();
  }

  /** Shows the classes to the transformer that was added, as they are or damaged. */
  private static final class OneTransformer {
    private boolean damaged;
    private ClassFileTransformer added = new ClassFileTransformer() {};

    Instrumentation asInstrumentation() {
      return (Instrumentation)
          Proxy.newProxyInstance(
              Instrumentation.class.getClassLoader(),
              new Class<?>[] {Instrumentation.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "addTransformer" -> {
                      added = (ClassFileTransformer) arguments[0];
                      yield null;
                    }
                    case "removeTransformer" -> true;
                    case "retransformClasses" -> {
                      for (Class<?> type : (Class<?>[]) arguments[0]) {
                        show(type);
                      }
                      yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }

    private void show(Class<?> type) throws IllegalClassFormatException {
      String name = type.getName().replace('.', '/');
      byte[] bytes = damaged ? new byte[8] : bytes(name);
      added.transform(type.getModule(), null, name, type, null, bytes);
    }

    private static byte[] bytes(String name) {
      try (InputStream in = Object.class.getResourceAsStream("/" + name + ".class")) {
        return Objects.requireNonNull(in).readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
