package io.stranded.internal.proof;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The virtual threads of this JVM, as its own thread dump in JSON finds them. */
final class VirtualThreads {
  private final MethodHandle root;
  private final MethodHandle children;
  private final MethodHandle threads;
  private final MethodHandle isVirtual;

  private VirtualThreads(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
    Class<?> container = Class.forName("jdk.internal.vm.ThreadContainer");
    Class<?> containers = Class.forName("jdk.internal.vm.ThreadContainers");
    root = lookup.findStatic(containers, "root", MethodType.methodType(container));
    children = lookup.findVirtual(container, "children", MethodType.methodType(Stream.class));
    threads = lookup.findVirtual(container, "threads", MethodType.methodType(Stream.class));
    isVirtual = lookup.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
  }

  static Optional<VirtualThreads> by(MethodHandles.Lookup lookup) {
    try {
      return Optional.of(new VirtualThreads(lookup));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }

  Stream<Thread> all() {
    List<Thread> found = new ArrayList<>();
    try {
      add(root.invoke(), found);
    } catch (Throwable e) {
      throw new IllegalStateException("this JVM does not tell of its virtual threads", e);
    }
    return found.stream();
  }

  private void add(Object container, List<Thread> found) throws Throwable {
    for (Object thread : ((Stream<?>) threads.invoke(container)).toList()) {
      if ((boolean) isVirtual.invoke((Thread) thread)) {
        found.add((Thread) thread);
      }
    }
    for (Object child : ((Stream<?>) children.invoke(container)).toList()) {
      add(child, found);
    }
  }
}
