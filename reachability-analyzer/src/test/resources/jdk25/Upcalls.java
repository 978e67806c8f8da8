import io.stranded.corpus.Expected;
import io.stranded.finding.Cause;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Latches that only an upcall stub leads to, or only a frame below one that native code called
 * back. Run from source on JDK 25.
 */
public final class Upcalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor COMPARISON =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
  private static final MethodHandle QSORT =
      LINKER.downcallHandle(
          LINKER.defaultLookup().find("qsort").orElseThrow(),
          FunctionDescriptor.ofVoid(
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS));
  private static final CountDownLatch SORTING = new CountDownLatch(1);

  private Upcalls() {}

  /** Counts down when it is called back. */
  public record Comparison(CountDownLatch latch) {
    public int compare(MemorySegment left, MemorySegment right) {
      latch.countDown();
      return 0;
    }
  }

  public static void main(String[] args) throws Exception {
    long stub = stubOf(waitedFor(Expected.live("upcall-stub"))).address();
    start(
        Expected.live("sorter"),
        () -> {
          sort(waitedFor(Expected.live("below-an-upcall")));
          return "sorted";
        });
    SORTING.await();
    waitedFor(Expected.name(Expected.Kind.LEAK, Cause.LATCH_NEVER_COUNTED_DOWN, "dropped"));
    System.out.println("READY");
    System.in.read();
    System.out.println(stub);
  }

  private static CountDownLatch waitedFor(String name) {
    CountDownLatch latch = new CountDownLatch(1);
    Thread thread =
        start(
            name,
            () -> {
              latch.await();
              return "done";
            });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return latch;
  }

  private static Thread start(String name, Callable<String> work) {
    System.out.println("THREAD " + name);
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                work.call();
              } catch (Exception e) {
                throw new IllegalStateException(name, e);
              }
            });
  }

  private static MemorySegment stubOf(CountDownLatch latch) throws ReflectiveOperationException {
    MethodHandle compare =
        MethodHandles.lookup()
            .bind(
                new Comparison(latch),
                "compare",
                MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
    return LINKER.upcallStub(compare, COMPARISON, Arena.global());
  }

  public static int compareAsleep(MemorySegment left, MemorySegment right) {
    SORTING.countDown();
    try {
      TimeUnit.DAYS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void sort(CountDownLatch latch) throws ReflectiveOperationException {
    MethodHandle compare =
        MethodHandles.lookup()
            .findStatic(
                Upcalls.class,
                "compareAsleep",
                MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
    MemorySegment stub = LINKER.upcallStub(compare, COMPARISON, Arena.global());
    try {
      QSORT.invokeExact(Arena.global().allocate(8), 2L, 4L, stub);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      latch.countDown();
    }
  }
}
