package io.stranded.agent;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ACC_VOLATILE;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The bridge from the JDK to the agent: a class beside {@code LockSupport} whose methods the woven
 * code calls and whose static fields hold the agent's handlers.
 *
 * <p>It is generated and defined through a {@link MethodHandles.Lookup}, so the boot class path
 * stays untouched; a jar appended there would switch off class data sharing for the application's
 * classes and print a warning. It knows the handlers only as {@link ObjLongConsumer}s: the agent's
 * own classes cannot be seen from there. A field that is null is a hook that does nothing, which is
 * the state before the agent is ready and after it was disabled.
 */
final class HookClass {
  /** Its internal name. */
  static final String NAME = "java/util/concurrent/locks/StrandedHooks";

  private static final String HANDLER = "java/util/function/ObjLongConsumer";
  private static final String HANDLER_FIELD = "L" + HANDLER + ";";
  private static final String TIMED_WAIT = "timedWaiting";

  private static @Nullable Class<?> defined;

  private HookClass() {}

  /** Defines the class, once in the life of the JVM. */
  static HookClass define(Instrumentation instrumentation) {
    if (defined == null) {
      instrumentation.redefineModule(
          Object.class.getModule(),
          Set.of(),
          Map.of(),
          Map.of(LockSupport.class.getPackageName(), Set.of(HookClass.class.getModule())),
          Set.of(),
          Map.of());
      try {
        defined =
            MethodHandles.privateLookupIn(LockSupport.class, MethodHandles.lookup())
                .defineClass(bytes());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    return new HookClass();
  }

  /** From now on the hooks call these handlers. */
  void connect(ThreadHooks handlers) {
    set(Hook.PARK.method(), handlers.park());
    set(Hook.TIMED_PARK.method(), handlers.timedPark());
    set(Hook.WAIT.method(), handlers.waiting());
    set(TIMED_WAIT, handlers.timedWaiting());
    set(Hook.RESUME.method(), handlers.resume());
    set(Hook.START.method(), handlers.start());
    set(Hook.EXIT.method(), handlers.exit());
  }

  /** From now on the hooks do nothing. */
  static void disconnect() {
    for (Hook hook : Hook.values()) {
      set(hook.method(), null);
    }
    set(TIMED_WAIT, null);
  }

  private static void set(String field, @Nullable ObjLongConsumer<?> handler) {
    if (defined == null) {
      return;
    }
    try {
      defined.getField(field).set(null, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    // A version without stack map frames: there is nothing to gain from writing them here.
    writer.visit(
        Opcodes.V1_5, ACC_PUBLIC | ACC_FINAL | ACC_SUPER, NAME, null, "java/lang/Object", null);
    field(writer, TIMED_WAIT);
    for (Hook hook : Hook.values()) {
      field(writer, hook.method());
      method(writer, hook);
    }
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static void field(ClassWriter writer, String name) {
    writer
        .visitField(ACC_PUBLIC | ACC_STATIC | ACC_VOLATILE, name, HANDLER_FIELD, null, null)
        .visitEnd();
  }

  /**
   * Writes {@code handler = field; if (handler != null) try { handler.accept(subject, id) } catch
   * (Throwable t) {}}. Subject and id are those of the current thread; for a start those of the
   * started one; for a wait the subject is the monitor.
   */
  private static void method(ClassWriter writer, Hook hook) {
    MethodVisitor code =
        writer.visitMethod(ACC_PUBLIC | ACC_STATIC, hook.method(), hook.descriptor(), null, null);
    int handler = 3;
    Label begin = new Label();
    Label end = new Label();
    Label caught = new Label();
    Label done = new Label();
    code.visitCode();
    code.visitTryCatchBlock(begin, end, caught, "java/lang/Throwable");
    loadField(code, hook);
    code.visitInsn(Opcodes.DUP);
    code.visitVarInsn(Opcodes.ASTORE, handler);
    code.visitJumpInsn(Opcodes.IFNULL, done);
    code.visitLabel(begin);
    code.visitVarInsn(Opcodes.ALOAD, handler);
    if (hook == Hook.START || hook == Hook.WAIT) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
    } else {
      currentThread(code);
    }
    if (hook == Hook.START) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
    } else {
      currentThread(code);
    }
    // Thread.getId() can be overridden before JDK 19; this cannot.
    call(code, "java/util/concurrent/locks/LockSupport", "getThreadId", "(Ljava/lang/Thread;)J");
    code.visitMethodInsn(
        Opcodes.INVOKEINTERFACE, HANDLER, "accept", "(Ljava/lang/Object;J)V", true);
    code.visitLabel(end);
    code.visitJumpInsn(Opcodes.GOTO, done);
    code.visitLabel(caught);
    code.visitInsn(Opcodes.POP);
    code.visitLabel(done);
    code.visitInsn(Opcodes.RETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private static void loadField(MethodVisitor code, Hook hook) {
    if (hook != Hook.WAIT) {
      code.visitFieldInsn(Opcodes.GETSTATIC, NAME, hook.method(), HANDLER_FIELD);
      return;
    }
    Label timed = new Label();
    Label loaded = new Label();
    code.visitVarInsn(Opcodes.LLOAD, 1);
    code.visitInsn(Opcodes.LCONST_0);
    code.visitInsn(Opcodes.LCMP);
    code.visitJumpInsn(Opcodes.IFNE, timed);
    code.visitFieldInsn(Opcodes.GETSTATIC, NAME, hook.method(), HANDLER_FIELD);
    code.visitJumpInsn(Opcodes.GOTO, loaded);
    code.visitLabel(timed);
    code.visitFieldInsn(Opcodes.GETSTATIC, NAME, TIMED_WAIT, HANDLER_FIELD);
    code.visitLabel(loaded);
  }

  private static void currentThread(MethodVisitor code) {
    call(code, "java/lang/Thread", "currentThread", "()Ljava/lang/Thread;");
  }

  private static void call(MethodVisitor code, String owner, String name, String descriptor) {
    code.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }
}
