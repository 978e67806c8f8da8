package io.stranded.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.function.BiPredicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The agent's jar as another version would have it: the same entry point, other classes in it. */
final class OtherVersion {
  private static final String CLASSES = "io/stranded/agent/classes.jar";
  private static final String ENTRY = "io/stranded/agent/AgentEntry";

  private OtherVersion() {}

  /** Packs one with the same classes and one more entry. */
  static Path withOneMore(Path directory) throws IOException {
    Path classes = directory.resolve("classes.jar");
    try (JarFile jar = new JarFile(Target.AGENT.toFile());
        InputStream packed = jar.getInputStream(jar.getEntry(CLASSES))) {
      Files.copy(packed, directory.resolve("original.jar"));
    }
    try (JarFile original = new JarFile(directory.resolve("original.jar").toFile());
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(classes))) {
      copy(original, out, /* without= */ "");
      out.putNextEntry(new JarEntry("io/stranded/agent/version.txt"));
    }
    return pack(directory, classes);
  }

  /** Packs one whose classes cannot be read. */
  static Path damaged(Path directory) throws IOException {
    return pack(directory, Files.writeString(directory.resolve("classes.jar"), "none"));
  }

  /** Packs one that loads the native library which is named as its options, and nothing else. */
  static Path withLibrary(Path directory) throws IOException {
    Path classes = directory.resolve("classes.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(classes))) {
      out.putNextEntry(new JarEntry(ENTRY + ".class"));
      out.write(loadingEntry());
    }
    return pack(directory, classes);
  }

  private static Path pack(Path directory, Path classes) throws IOException {
    Path packed = directory.resolve("other-version.jar");
    try (JarFile jar = new JarFile(Target.AGENT.toFile());
        JarOutputStream out =
            new JarOutputStream(Files.newOutputStream(packed), jar.getManifest())) {
      copy(jar, out, CLASSES);
      out.putNextEntry(new JarEntry(CLASSES));
      Files.copy(classes, out);
    }
    return packed;
  }

  private static void copy(JarFile from, OutputStream to, String without) throws IOException {
    JarOutputStream out = (JarOutputStream) to;
    for (JarEntry entry : Collections.list(from.entries())) {
      if (!entry.isDirectory()
          && !entry.getName().equals(JarFile.MANIFEST_NAME)
          && !entry.getName().equals(without)) {
        out.putNextEntry(new JarEntry(entry.getName()));
        try (InputStream in = from.getInputStream(entry)) {
          in.transferTo(out);
        }
      }
    }
  }

  /**
   * Writes {@code boolean test(Object library, Object i) { System.load((String) library);
   * System.setProperty("stranded.agent.status", "running"); return false; }}.
   */
  private static byte[] loadingEntry() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    String[] interfaces = {BiPredicate.class.getName().replace('.', '/')};
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, ENTRY, null, "java/lang/Object", interfaces);
    MethodVisitor made = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
    made.visitVarInsn(Opcodes.ALOAD, 0);
    made.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    made.visitInsn(Opcodes.RETURN);
    made.visitMaxs(0, 0);
    String test = "(Ljava/lang/Object;Ljava/lang/Object;)Z";
    MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "test", test, null, null);
    code.visitVarInsn(Opcodes.ALOAD, 1);
    code.visitTypeInsn(Opcodes.CHECKCAST, "java/lang/String");
    code.visitMethodInsn(
        Opcodes.INVOKESTATIC, "java/lang/System", "load", "(Ljava/lang/String;)V", false);
    code.visitLdcInsn(StrandedAgent.STATUS_PROPERTY);
    code.visitLdcInsn("running");
    code.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        "java/lang/System",
        "setProperty",
        "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;",
        false);
    code.visitInsn(Opcodes.ICONST_0);
    code.visitInsn(Opcodes.IRETURN);
    code.visitMaxs(0, 0);
    return writer.toByteArray();
  }
}
