package io.stranded.agent;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stacks that start threads, each kept once as text and known by a number, so that it costs a
 * thread four bytes to remember where it came from.
 */
final class CreationSites {
  private static final int MOST = 4096;
  private static final int DEPTH = 24;

  /** Of a line, of a lambda, of a generated class. */
  private static final Pattern NUMBERS = Pattern.compile(":\\d+(?=\\))|\\$\\d+|0x[0-9a-f]+");

  private static final String HOOK = HookClass.NAME.replace('/', '.');

  private final StackHash stacks = new StackHash();
  private final StackWalker walker = StackWalker.getInstance();
  private final ConcurrentHashMap<Long, Integer> numbers = new ConcurrentHashMap<>();
  private final List<String> texts = new ArrayList<>();

  private final Function<Stream<StackFrame>, List<StackFrame>> frames =
      new Function<>() {
        @Override
        public List<StackFrame> apply(Stream<StackFrame> stream) {
          return stream.limit(DEPTH).toList();
        }
      };

  /** The number of the stack of the current thread, or 0 if there are too many to keep it. */
  int here() {
    long hash = stacks.here(DEPTH);
    Integer number = numbers.get(hash);
    if (number != null) {
      return number;
    }
    List<StackFrame> stack = walker.walk(frames);
    return add(hash == 0 ? hash(stack) : hash, stack);
  }

  /** The frames of a stack, innermost first, one per line; null for 0. */
  @Nullable String text(int number) {
    synchronized (texts) {
      return number == 0 ? null : texts.get(number - 1);
    }
  }

  /**
   * Names a kind of leak by where its threads were started, whatever lines and lambdas are called.
   */
  static String fingerprint(
      String cause, @Nullable String blockerClass, @Nullable String creationStack) {
    String text = cause + '\n' + blockerClass + '\n' + creationStack;
    long hash = 0xCBF2_9CE4_8422_2325L;
    for (char c : NUMBERS.matcher(text).replaceAll("").toCharArray()) {
      hash = (hash ^ c) * 0x100_0000_01B3L;
    }
    return HexFormat.of().toHexDigits(hash);
  }

  private static long hash(List<StackFrame> stack) {
    long hash = 1;
    for (StackFrame frame : stack) {
      hash = 31 * hash + frame.getClassName().hashCode();
      hash = 31 * hash + frame.getMethodName().hashCode();
      hash = 0x9E37_79B9_7F4A_7C15L * (hash + frame.getByteCodeIndex());
    }
    return hash;
  }

  private int add(long hash, List<StackFrame> stack) {
    synchronized (texts) {
      Integer known = numbers.get(hash);
      if (known != null) {
        return known;
      }
      if (texts.size() == MOST) {
        return 0;
      }
      texts.add(format(stack));
      numbers.put(hash, texts.size());
      return texts.size();
    }
  }

  private static String format(List<StackFrame> stack) {
    int own = 0;
    for (int i = 0; i < stack.size(); i++) {
      if (stack.get(i).getClassName().equals(HOOK)) {
        own = i + 1;
      }
    }
    StackTraceElement[] elements = new StackTraceElement[stack.size() - own];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = stack.get(own + i).toStackTraceElement();
    }
    return JvmThreads.format(elements, DEPTH);
  }
}
