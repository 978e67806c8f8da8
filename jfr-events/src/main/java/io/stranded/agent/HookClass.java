package io.stranded.agent;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ACC_VOLATILE;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
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
 * classes and print a warning. It knows the handlers only by interfaces of {@code
 * java.util.function}: the agent's own classes cannot be seen from there. A field that is null is a
 * hook that does nothing, which is the state before the agent is ready and after it was disabled.
 * The hooks are public, since other packages of the JDK call them; all else is for us alone.
 */
final class HookClass {
  /** Its internal name. */
  static final String NAME = "java/util/concurrent/locks/StrandedHooks";

  private static final String OBJECT = "java/lang/Object";

  /**
   * What is inlined into a method that parks makes its frame larger, and the frames of a parked
   * virtual thread are on the heap: 112 bytes for each.
   */
  private static final String DONT_INLINE = "Ljdk/internal/vm/annotation/DontInline;";

  private static final String TIMED_WAIT = "timedWaiting";
  private static final String CONNECT = "connect";
  private static final String TAKE_FAILURE = "takeFailure";
  private static final String FAILURE = "failure";
  private static final String THROWABLE = Throwable.class.descriptorString();

  /** Local variables behind the parameters, of which no hook has more than three words. */
  private static final int HANDLER = 3;

  private static final int RESULT = 4;

  private final MethodHandle connect;
  private final MethodHandle takeFailure;

  private HookClass(Class<?> defined, MethodHandles.Lookup full)
      throws ReflectiveOperationException {
    connect = full.findStatic(defined, CONNECT, MethodType.methodType(void.class, Map.class));
    takeFailure = full.findStatic(defined, TAKE_FAILURE, MethodType.methodType(Throwable.class));
  }

  /**
   * Defines the class, once in the life of the JVM.
   *
   * @param full as {@link FullLookup} gives it
   * @throws IllegalStateException if another version of the agent has defined it, with other hooks
   */
  static HookClass define(MethodHandles.Lookup full) throws ReflectiveOperationException {
    Class<?> known = find();
    if (known == null) {
      return new HookClass(full.in(LockSupport.class).defineClass(bytes()), full);
    }
    try {
      for (Hook hook : Hook.values()) {
        MethodType type = MethodType.fromMethodDescriptorString(hook.descriptor(), null);
        full.findStatic(known, hook.method(), type);
      }
      return new HookClass(known, full);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(
          "another version of the agent has been in this JVM, whose hooks stay until it ends", e);
    }
  }

  private static @Nullable Class<?> find() {
    try {
      return Class.forName(NAME.replace('/', '.'), /* initialize= */ false, /* loader= */ null);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** What a handler has thrown since this was last asked, or null; the hook went on without it. */
  @Nullable Throwable takeFailure() {
    try {
      return (Throwable) takeFailure.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on the hooks call these handlers. */
  void connect(ThreadHooks handlers) {
    Map<String, Object> byName = new HashMap<>();
    byName.put(Hook.RESUME.method(), handlers.resume());
    byName.put(Hook.PARK.method(), handlers.park());
    byName.put(Hook.TIMED_PARK.method(), handlers.timedPark());
    byName.put(Hook.WAITED.method(), handlers.waited());
    byName.put(Hook.WAIT.method(), handlers.waiting());
    byName.put(TIMED_WAIT, handlers.timedWaiting());
    byName.put(Hook.START.method(), handlers.start());
    byName.put(Hook.EXIT.method(), handlers.exit());
    connect(byName);
  }

  /** From now on the hooks do nothing. */
  void disconnect() {
    connect(Map.of());
  }

  private void connect(Map<String, Object> handlers) {
    try {
      connect.invokeExact(handlers);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    // A version without stack map frames: there is nothing to gain from writing them here.
    writer.visit(Opcodes.V1_5, ACC_PUBLIC | ACC_FINAL | ACC_SUPER, NAME, null, OBJECT, null);
    field(writer, TIMED_WAIT, handlerType(Hook.WAIT));
    for (Hook hook : Hook.values()) {
      field(writer, hook.method(), handlerType(hook));
      method(writer, hook);
    }
    field(writer, FAILURE, THROWABLE);
    connect(writer);
    takeFailure(writer);
    writer.visitEnd();
    return writer.toByteArray();
  }

  /** Writes {@code handler = (Type) handlers.get("handler"); …; failure = null}. */
  private static void connect(ClassWriter writer) {
    MethodVisitor code =
        writer.visitMethod(
            ACC_PRIVATE | ACC_STATIC, CONNECT, "(Ljava/util/Map;)V", /* signature= */ null, null);
    code.visitCode();
    connect(code, TIMED_WAIT, Hook.WAIT);
    for (Hook hook : Hook.values()) {
      connect(code, hook.method(), hook);
    }
    code.visitInsn(Opcodes.ACONST_NULL);
    code.visitFieldInsn(Opcodes.PUTSTATIC, NAME, FAILURE, THROWABLE);
    code.visitInsn(Opcodes.RETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private static void connect(MethodVisitor code, String field, Hook hook) {
    String type = handlerType(hook);
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitLdcInsn(field);
    call(code, Map.class, "get", "(Ljava/lang/Object;)Ljava/lang/Object;");
    code.visitTypeInsn(Opcodes.CHECKCAST, type.substring(1, type.length() - 1));
    code.visitFieldInsn(Opcodes.PUTSTATIC, NAME, field, type);
  }

  /** Writes {@code try return failure; finally failure = null}. */
  private static void takeFailure(ClassWriter writer) {
    MethodVisitor code =
        writer.visitMethod(
            ACC_PRIVATE | ACC_STATIC, TAKE_FAILURE, "()" + THROWABLE, /* signature= */ null, null);
    code.visitCode();
    code.visitFieldInsn(Opcodes.GETSTATIC, NAME, FAILURE, THROWABLE);
    code.visitInsn(Opcodes.ACONST_NULL);
    code.visitFieldInsn(Opcodes.PUTSTATIC, NAME, FAILURE, THROWABLE);
    code.visitInsn(Opcodes.ARETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private static void field(ClassWriter writer, String name, String type) {
    int access = ACC_PRIVATE | ACC_STATIC | ACC_VOLATILE;
    writer.visitField(access, name, type, null, null).visitEnd();
  }

  /** The interface by which the handler of a hook is called, as a descriptor. */
  private static String handlerType(Hook hook) {
    Class<?> type =
        switch (hook) {
          case PARK, TIMED_PARK -> LongFunction.class;
          case RESUME -> Consumer.class;
          case WAITED -> LongConsumer.class;
          case WAIT, START, EXIT -> ObjLongConsumer.class;
        };
    return type.descriptorString();
  }

  /**
   * Writes {@code handler = field; if (handler != null) try { call } catch (Throwable t) { failure
   * = t; }}, where the id is that of the current thread, but for a start that of the started one.
   */
  private static void method(ClassWriter writer, Hook hook) {
    MethodVisitor code =
        writer.visitMethod(ACC_PUBLIC | ACC_STATIC, hook.method(), hook.descriptor(), null, null);
    code.visitAnnotation(DONT_INLINE, /* visible= */ true).visitEnd();
    Label begin = new Label();
    Label end = new Label();
    Label caught = new Label();
    Label done = new Label();
    code.visitCode();
    code.visitTryCatchBlock(begin, end, caught, "java/lang/Throwable");
    code.visitInsn(Opcodes.ACONST_NULL);
    code.visitVarInsn(Opcodes.ASTORE, RESULT);
    loadHandler(code, hook);
    code.visitInsn(Opcodes.DUP);
    code.visitVarInsn(Opcodes.ASTORE, HANDLER);
    code.visitJumpInsn(Opcodes.IFNULL, done);
    if (hook == Hook.RESUME) {
      // Not connected yet when the park began.
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitJumpInsn(Opcodes.IFNULL, done);
    }
    code.visitLabel(begin);
    code.visitVarInsn(Opcodes.ALOAD, HANDLER);
    callHandler(code, hook);
    code.visitLabel(end);
    code.visitJumpInsn(Opcodes.GOTO, done);
    code.visitLabel(caught);
    code.visitFieldInsn(Opcodes.PUTSTATIC, NAME, FAILURE, THROWABLE);
    code.visitLabel(done);
    if (hook.descriptor().endsWith("V")) {
      code.visitInsn(Opcodes.RETURN);
    } else {
      code.visitVarInsn(Opcodes.ALOAD, RESULT);
      code.visitInsn(Opcodes.ARETURN);
    }
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private static void loadHandler(MethodVisitor code, Hook hook) {
    String type = handlerType(hook);
    if (hook != Hook.WAIT) {
      code.visitFieldInsn(Opcodes.GETSTATIC, NAME, hook.method(), type);
      return;
    }
    Label timed = new Label();
    Label loaded = new Label();
    code.visitVarInsn(Opcodes.LLOAD, 1);
    code.visitInsn(Opcodes.LCONST_0);
    code.visitInsn(Opcodes.LCMP);
    code.visitJumpInsn(Opcodes.IFNE, timed);
    code.visitFieldInsn(Opcodes.GETSTATIC, NAME, hook.method(), type);
    code.visitJumpInsn(Opcodes.GOTO, loaded);
    code.visitLabel(timed);
    code.visitFieldInsn(Opcodes.GETSTATIC, NAME, TIMED_WAIT, type);
    code.visitLabel(loaded);
  }

  private static void callHandler(MethodVisitor code, Hook hook) {
    switch (hook) {
      case PARK, TIMED_PARK -> {
        currentThread(code);
        threadId(code);
        call(code, LongFunction.class, "apply", "(J)Ljava/lang/Object;");
        code.visitVarInsn(Opcodes.ASTORE, RESULT);
      }
      case RESUME -> {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        call(code, Consumer.class, "accept", "(Ljava/lang/Object;)V");
      }
      case WAITED -> {
        currentThread(code);
        threadId(code);
        call(code, LongConsumer.class, "accept", "(J)V");
      }
      case WAIT -> {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        currentThread(code);
        threadId(code);
        call(code, ObjLongConsumer.class, "accept", "(Ljava/lang/Object;J)V");
      }
      case START -> {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        threadId(code);
        call(code, ObjLongConsumer.class, "accept", "(Ljava/lang/Object;J)V");
      }
      case EXIT -> {
        currentThread(code);
        currentThread(code);
        threadId(code);
        call(code, ObjLongConsumer.class, "accept", "(Ljava/lang/Object;J)V");
      }
    }
  }

  private static void currentThread(MethodVisitor code) {
    callStatic(code, "java/lang/Thread", "currentThread", "()Ljava/lang/Thread;");
  }

  /** Thread.getId() can be overridden before JDK 19; this cannot. */
  private static void threadId(MethodVisitor code) {
    callStatic(
        code, "java/util/concurrent/locks/LockSupport", "getThreadId", "(Ljava/lang/Thread;)J");
  }

  private static void callStatic(MethodVisitor code, String owner, String name, String descriptor) {
    code.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }

  private static void call(MethodVisitor code, Class<?> type, String name, String descriptor) {
    code.visitMethodInsn(
        Opcodes.INVOKEINTERFACE, type.getName().replace('.', '/'), name, descriptor, true);
  }
}
