package io.stranded.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes a method with a call at its start and one at its end, as by try and finally. */
final class HookMethodVisitor extends MethodVisitor {
  private final int access;
  private final HookPoint point;
  private final Label begin = new Label();

  HookMethodVisitor(MethodVisitor next, int access, HookPoint point) {
    super(Opcodes.ASM9, next);
    this.access = access;
    this.point = point;
  }

  @Override
  public void visitCode() {
    super.visitCode();
    call(point.enter());
    if (point.leave() != null) {
      super.visitLabel(begin);
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (opcode == Opcodes.RETURN) {
      call(point.leave());
    }
    super.visitInsn(opcode);
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    if (point.leave() != null) {
      Label handler = new Label();
      super.visitLabel(handler);
      // Last in the table: the method's own handlers come first, as for an enclosing try.
      super.visitTryCatchBlock(begin, handler, handler, null);
      Object[] locals = locals().toArray();
      super.visitFrame(
          Opcodes.F_FULL, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
      call(point.leave());
      super.visitInsn(Opcodes.ATHROW);
    }
    super.visitMaxs(maxStack, maxLocals);
  }

  /** What is sure to be in the local variables anywhere in the method: its parameters. */
  private List<Object> locals() {
    List<Object> locals = new ArrayList<>();
    if ((access & Opcodes.ACC_STATIC) == 0) {
      locals.add(point.owner());
    }
    for (Type parameter : Type.getArgumentTypes(point.descriptor())) {
      locals.add(parameter.getSort() == Type.LONG ? Opcodes.LONG : parameter.getInternalName());
    }
    return locals;
  }

  private void call(@Nullable Hook hook) {
    if (hook == null) {
      return;
    }
    int local = 0;
    for (Type parameter : Type.getArgumentTypes(hook.descriptor())) {
      super.visitVarInsn(parameter.getOpcode(Opcodes.ILOAD), local);
      local += parameter.getSize();
    }
    super.visitMethodInsn(
        Opcodes.INVOKESTATIC, HookClass.NAME, hook.method(), hook.descriptor(), false);
  }
}
