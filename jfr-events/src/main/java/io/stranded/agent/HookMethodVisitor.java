package io.stranded.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes a method with a call at its start and one at its end, as by try and finally. What the
 * first one gives is kept for the second in a local variable behind all others, so that it need not
 * be looked up. Frames must come expanded.
 */
final class HookMethodVisitor extends MethodVisitor {
  private final int access;
  private final HookPoint point;
  private final int kept;
  private final boolean keeps;
  private final Label begin = new Label();

  /**
   * @param maxLocals the number of the method's local variables
   */
  HookMethodVisitor(MethodVisitor next, int access, HookPoint point, int maxLocals) {
    super(Opcodes.ASM9, next);
    this.access = access;
    this.point = point;
    this.kept = maxLocals;
    this.keeps = point.leave() == Hook.RESUME;
  }

  @Override
  public void visitCode() {
    super.visitCode();
    Hook enter = point.enter();
    if (enter != null) {
      int local = 0;
      for (Type parameter : Type.getArgumentTypes(enter.descriptor())) {
        super.visitVarInsn(parameter.getOpcode(Opcodes.ILOAD), local);
        local += parameter.getSize();
      }
      call(enter);
    }
    if (keeps) {
      super.visitVarInsn(Opcodes.ASTORE, kept);
    }
    if (point.leave() != null) {
      super.visitLabel(begin);
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (opcode == Opcodes.RETURN) {
      leave();
    }
    super.visitInsn(opcode);
  }

  @Override
  public void visitFrame(int type, int locals, Object[] local, int stacks, Object[] stack) {
    if (keeps) {
      Object[] all = withKept(Arrays.asList(local).subList(0, locals));
      super.visitFrame(type, all.length, all, stacks, stack);
    } else {
      super.visitFrame(type, locals, local, stacks, stack);
    }
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    if (point.leave() != null) {
      Label handler = new Label();
      super.visitLabel(handler);
      // Last in the table: the method's own handlers come first, as for an enclosing try.
      super.visitTryCatchBlock(begin, handler, handler, null);
      Object[] locals = keeps ? withKept(parameters()) : parameters().toArray();
      super.visitFrame(
          Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
      leave();
      super.visitInsn(Opcodes.ATHROW);
    }
    super.visitMaxs(maxStack, maxLocals);
  }

  /** What is sure to be in the method's own local variables anywhere in it. */
  private List<Object> parameters() {
    List<Object> locals = new ArrayList<>();
    if ((access & Opcodes.ACC_STATIC) == 0) {
      locals.add(point.owner());
    }
    for (Type parameter : Type.getArgumentTypes(point.descriptor())) {
      locals.add(parameter.getSort() == Type.LONG ? Opcodes.LONG : parameter.getInternalName());
    }
    return locals;
  }

  private Object[] withKept(List<Object> locals) {
    List<Object> all = new ArrayList<>(locals);
    int size = 0;
    for (Object local : locals) {
      size += local == Opcodes.LONG || local == Opcodes.DOUBLE ? 2 : 1;
    }
    for (; size < kept; size++) {
      all.add(Opcodes.TOP);
    }
    all.add("java/lang/Object");
    return all.toArray();
  }

  private void leave() {
    Hook leave = point.leave();
    if (leave == null) {
      return;
    }
    if (keeps) {
      super.visitVarInsn(Opcodes.ALOAD, kept);
    }
    call(leave);
  }

  private void call(Hook hook) {
    super.visitMethodInsn(
        Opcodes.INVOKESTATIC, HookClass.NAME, hook.method(), hook.descriptor(), false);
  }
}
