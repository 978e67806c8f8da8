package io.stranded.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandles;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Puts the calls of every {@link HookPoint} into the JDK's classes and takes them out again.
 *
 * <p>It is registered as a transformer only while it weaves. A JVM that has a transformer asks it
 * about every class that is loaded, and keeps each virtual thread that has loaded one alive until
 * that ends, so a leaked one for ever, and with it all threads of its executor. The price is that
 * the hooks are gone when another agent changes the same classes, so that {@link #repair()} has to
 * weave again.
 */
final class HookWeaver implements ClassFileTransformer {
  /** Beyond that another agent must be doing the same. */
  private static final int MOST_REPAIRS = 10;

  private final Instrumentation instrumentation;
  private final MethodHandles.Lookup full;
  private final List<HookPoint> points = HookPoint.of(Runtime.version().feature());
  // Other agents may retransform the same classes on their threads.
  private final Set<String> woven = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Throwable failure;
  private @Nullable ClassVersions versions;
  private boolean installed;
  private int repairs;

  /**
   * @param full as {@link FullLookup} gives it
   */
  HookWeaver(Instrumentation instrumentation, MethodHandles.Lookup full) {
    this.instrumentation = instrumentation;
    this.full = full;
  }

  /**
   * Weaves all hooks.
   *
   * @throws IllegalStateException if this JDK lacks one of the methods or cannot be changed; what
   *     was woven until then stays until {@link #uninstall()}
   */
  synchronized void install() {
    installed = true;
    weave();
  }

  /**
   * Weaves again if another agent has changed the classes since.
   *
   * @throws IllegalStateException as {@link #install()}, or if it has done so too often already
   */
  synchronized void repair() {
    if (!installed || versions == null || versions.isCurrent()) {
      return;
    }
    if (repairs == MOST_REPAIRS) {
      versions = null;
      throw new IllegalStateException("another agent keeps taking the hooks out");
    }
    repairs++;
    weave();
  }

  /** Brings the original classes back. Threads inside a hooked method finish the woven one. */
  synchronized void uninstall() {
    if (installed) {
      installed = false;
      retransform(targets());
    }
  }

  private void weave() {
    Set<Class<?>> targets = targets();
    woven.clear();
    failure = null;
    ClassVersions now;
    instrumentation.addTransformer(this, /* canRetransform= */ true);
    try {
      retransform(targets);
      // While what another agent changes is still woven.
      now = ClassVersions.of(targets, full);
    } finally {
      instrumentation.removeTransformer(this);
    }
    if (failure != null) {
      throw new IllegalStateException("hooks cannot be woven", failure);
    }
    for (HookPoint point : points) {
      if (!woven.contains(point.key())) {
        throw new IllegalStateException("this JDK has no " + point.key());
      }
    }
    // Only now: what has failed is tried again.
    versions = now;
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      @Nullable String className,
      @Nullable Class<?> classBeingRedefined,
      @Nullable ProtectionDomain protectionDomain,
      byte[] classFile) {
    if (loader != null || className == null || classBeingRedefined == null) {
      return null;
    }
    List<HookPoint> here = new ArrayList<>();
    for (HookPoint point : points) {
      if (point.owner().equals(className)) {
        here.add(point);
      }
    }
    if (here.isEmpty()) {
      return null;
    }
    try {
      return woven(classFile, here);
    } catch (Throwable e) {
      // The JVM would swallow it.
      failure = e;
      return null;
    }
  }

  private byte[] woven(byte[] classFile, List<HookPoint> here) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            for (HookPoint point : here) {
              if (point.matches(name, descriptor) && (access & Opcodes.ACC_NATIVE) == 0) {
                woven.add(point.key());
                int locals = maxLocals(classFile, name, descriptor);
                return new HookMethodVisitor(next, access, point, locals);
              }
            }
            return next;
          }
        },
        ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }

  private static int maxLocals(byte[] classFile, String method, String methodDescriptor) {
    int[] found = new int[1];
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public @Nullable MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                if (!name.equals(method) || !descriptor.equals(methodDescriptor)) {
                  return null;
                }
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitMaxs(int maxStack, int maxLocals) {
                    found[0] = maxLocals;
                  }
                };
              }
            },
            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return found[0];
  }

  private Set<Class<?>> targets() {
    try {
      Set<Class<?>> targets = new LinkedHashSet<>();
      for (HookPoint point : points) {
        targets.add(Class.forName(point.owner().replace('/', '.'), /* initialize= */ false, null));
      }
      return targets;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private void retransform(Set<Class<?>> targets) {
    try {
      instrumentation.retransformClasses(targets.toArray(new Class<?>[0]));
    } catch (UnmodifiableClassException e) {
      throw new IllegalStateException(e);
    }
  }
}
