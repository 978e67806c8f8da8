package io.stranded.agent;

import io.stranded.prying.PryingProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ModuleVisitor;
import org.objectweb.asm.Opcodes;

/** {@link PryingProgram} as a module that requires nothing but java.base. */
final class PryingModule {
  static final String MAIN = "prying/" + PryingProgram.class.getName();

  private PryingModule() {}

  /** Makes it in a directory, for the module path. */
  static Path make(Path directory) throws IOException {
    String program = PryingProgram.class.getName().replace('.', '/') + ".class";
    Path module = directory.resolve("prying");
    Path copy = module.resolve(program);
    Files.createDirectories(module.resolve("io/stranded/prying"));
    Files.copy(Path.of("target", "test-classes").resolve(program), copy);
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V17, Opcodes.ACC_MODULE, "module-info", null, null, null);
    ModuleVisitor described = writer.visitModule("prying", 0, null);
    described.visitRequire("java.base", Opcodes.ACC_MANDATED, null);
    described.visitEnd();
    writer.visitEnd();
    Files.write(module.resolve("module-info.class"), writer.toByteArray());
    return directory;
  }
}
