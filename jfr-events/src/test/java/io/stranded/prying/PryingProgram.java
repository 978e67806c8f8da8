package io.stranded.prying;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;

/**
 * A program that uses an agent in its JVM to reach what is closed to it. It answers each line of
 * its standard input with DONE and what came of that.
 */
public final class PryingProgram {
  private static final String HOOKS = "java.util.concurrent.locks.StrandedHooks";

  private PryingProgram() {}

  /** Runs until its standard input ends. */
  public static void main(String[] args) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("READY");
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      System.out.println("DONE " + command + ": " + outcome(command));
    }
  }

  private static String outcome(String command) {
    try {
      return obey(command);
    } catch (Throwable e) {
      return e.getClass().getSimpleName();
    }
  }

  private static String obey(String command) throws ReflectiveOperationException {
    int space = command.indexOf(' ');
    String rest = command.substring(space + 1);
    return switch (command.substring(0, Math.max(0, space))) {
      case "field" -> open(rest);
      case "load" -> Class.forName(rest).getName();
      case "hidden" -> useHidden(rest);
      case "hooks" -> String.join(" ", publicMembers());
      default -> throw new IllegalArgumentException(command);
    };
  }

  /** Makes a field of the JDK accessible. */
  private static String open(String name) throws ReflectiveOperationException {
    Class<?> type =
        name.equals("IMPL_LOOKUP") ? MethodHandles.Lookup.class : AbstractOwnableSynchronizer.class;
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return "open";
  }

  /** Takes what a hook gives, and uses a class of the agent that its loader has. */
  private static String useHidden(String name) throws ReflectiveOperationException {
    Object given = Class.forName(HOOKS).getMethod("park").invoke(null);
    Class<?> type = Class.forName(name, /* initialize= */ true, given.getClass().getClassLoader());
    type.getDeclaredMethods()[0].setAccessible(true);
    return "open";
  }

  /** What everybody may use of the class that is defined beside LockSupport. */
  private static List<String> publicMembers() throws ReflectiveOperationException {
    Class<?> hooks = Class.forName(HOOKS);
    List<Member> members = new ArrayList<>(Arrays.asList(hooks.getDeclaredMethods()));
    members.addAll(Arrays.asList(hooks.getDeclaredFields()));
    return members.stream()
        .filter(member -> Modifier.isPublic(member.getModifiers()))
        .map(Member::getName)
        .sorted()
        .toList();
  }
}
