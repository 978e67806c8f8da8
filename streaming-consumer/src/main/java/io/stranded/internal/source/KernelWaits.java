package io.stranded.internal.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Asks Linux in which system call threads of a JVM are: the deadline of a platform thread's wait is
 * an argument of it, and nowhere else. Whom it does not let us ask about is unknown.
 */
public final class KernelWaits {
  private static final Pattern THREAD =
      Pattern.compile("^\".*\" #(\\d{1,18}) .*\\bnid=(0x[0-9a-f]{1,8}|\\d{1,9})\\b.*$");

  private static final int FUTEX_COMMAND = 0x7f;
  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAIT_BITSET = 9;
  private static final int FUTEX_CLOCK_REALTIME = 256;

  /** Nobody's clock is that far ahead. */
  private static final long MOST_SECONDS = 1L << 40;

  /** Numbers of the system calls of an architecture. */
  private record Calls(int futex, Set<Integer> onDescriptor, int poll) {
    static Calls of(String architecture) {
      return switch (architecture) {
        case "amd64", "x86_64" -> new Calls(202, Set.of(0, 43, 45, 47, 288), 7);
        case "aarch64" -> new Calls(98, Set.of(63, 202, 207, 212, 242), 73);
        default -> new Calls(-1, Set.of(), -1);
      };
    }
  }

  private final TargetJvm target;
  private final Path process;
  private final Calls calls = Calls.of(System.getProperty("os.arch"));

  /** The kernel's numbers of the threads that were asked about, which they keep. */
  private final Map<Long, Long> numbers = new HashMap<>();

  /** Nothing is asked yet. */
  public KernelWaits(TargetJvm target) {
    this.target = target;
    this.process = Path.of("/proc", Long.toString(target.pid()));
  }

  /**
   * What these threads wait for; for those that are missing nobody tells. The target stands still
   * while it lists its threads, if there are new ones among these.
   *
   * @param threadIds by {@code Thread.threadId()}
   */
  public Map<Long, KernelWait> of(Set<Long> threadIds) {
    Map<Long, KernelWait> waits = new HashMap<>();
    if (threadIds.isEmpty() || !target.isAttached() || calls.futex() < 0) {
      return waits;
    }
    try (FileChannel memory = FileChannel.open(process.resolve("mem"), StandardOpenOption.READ)) {
      number(threadIds);
      for (long id : threadIds) {
        Long task = numbers.get(id);
        waits.put(id, task == null ? KernelWait.UNKNOWN : waitOf(task, memory));
      }
    } catch (IOException e) {
      // Another user's, or protected from being looked into: then nobody tells.
      return waits;
    }
    return waits;
  }

  /** Learns the numbers of threads, for which the target has to stand still, once for each. */
  private void number(Set<Long> threadIds) throws IOException {
    if (numbers.keySet().containsAll(threadIds)) {
      return;
    }
    Map<Long, Long> tasks = tasks();
    numbers.clear();
    for (String line : target.printThreads().lines().toList()) {
      Matcher thread = THREAD.matcher(line);
      Long task = thread.matches() ? tasks.get(Long.decode(thread.group(2))) : null;
      if (task != null) {
        numbers.put(Long.parseLong(thread.group(1)), task);
      }
    }
  }

  /** The threads of the process by the numbers that it has for them, which differ in containers. */
  private Map<Long, Long> tasks() throws IOException {
    Map<Long, Long> byOwnNumber = new HashMap<>();
    try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
      for (Path task : tasks.toList()) {
        long number = Long.parseLong(task.getFileName().toString());
        byOwnNumber.put(target.files().isShared() ? number : innermost(task, number), number);
      }
    }
    return byOwnNumber;
  }

  private static long innermost(Path task, long number) {
    try (Stream<String> lines = Files.lines(task.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("NSpid:"))
          .map(line -> Long.parseLong(line.substring(line.lastIndexOf('\t') + 1)))
          .findFirst()
          .orElse(number);
    } catch (IOException | RuntimeException e) {
      return number;
    }
  }

  private KernelWait waitOf(long task, FileChannel memory) {
    try {
      String call = Files.readString(process.resolve("task/" + task + "/syscall")).strip();
      List<String> words = List.of(call.split(" "));
      return words.size() < 5 ? KernelWait.UNKNOWN : waitOf(words, memory);
    } catch (IOException | NumberFormatException e) {
      return KernelWait.UNKNOWN;
    }
  }

  private KernelWait waitOf(List<String> words, FileChannel memory) throws IOException {
    int call = Integer.parseInt(words.get(0));
    long first = Long.parseUnsignedLong(words.get(1).substring(2), 16);
    if (calls.onDescriptor().contains(call)) {
      return new KernelWait.Input((int) first);
    }
    if (call == calls.poll()) {
      return new KernelWait.Input(read(memory, first, Integer.BYTES).getInt(0));
    }
    long operation = Long.parseUnsignedLong(words.get(2).substring(2), 16);
    long timeout = Long.parseUnsignedLong(words.get(4).substring(2), 16);
    return call == calls.futex() && timeout != 0
        ? until(operation, read(memory, timeout, 2 * Long.BYTES))
        : KernelWait.UNKNOWN;
  }

  /** The C library waits until a time by the clock of the condition, musl's for a time. */
  private static KernelWait until(long operation, ByteBuffer time) throws IOException {
    long seconds = time.getLong(0);
    if (seconds < 0 || seconds > MOST_SECONDS) {
      return KernelWait.UNKNOWN;
    }
    long command = operation & FUTEX_COMMAND;
    if (command == FUTEX_WAIT) {
      return new KernelWait.Until(Duration.ofSeconds(seconds));
    }
    if (command != FUTEX_WAIT_BITSET) {
      return KernelWait.UNKNOWN;
    }
    long now =
        (operation & FUTEX_CLOCK_REALTIME) != 0
            ? Instant.now().getEpochSecond()
            : secondsSinceBoot();
    return new KernelWait.Until(Duration.ofSeconds(seconds - now));
  }

  /** What the monotonic clock shows, but for the time that the machine was asleep. */
  private static long secondsSinceBoot() throws IOException {
    String text = Files.readString(Path.of("/proc/uptime"));
    return Long.parseLong(text.substring(0, text.indexOf('.')));
  }

  private static ByteBuffer read(FileChannel memory, long address, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    if (address <= 0 || memory.read(buffer, address) < bytes) {
      throw new IOException("no memory there");
    }
    return buffer;
  }
}
