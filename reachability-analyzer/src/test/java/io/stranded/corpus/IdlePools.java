package io.stranded.corpus;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.TaskThreadFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Prints the stacks of idle workers of real pools, and of threads that wait for what real libraries
 * run: a line for each, its name and its frames, innermost first.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody asks for what never ends
public final class IdlePools {
  private static final int FIRST_WITH_THREAD_PER_TASK = 21;
  private static final int FIRST_WITH_OPENED_SCOPES = 25;
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private IdlePools() {}

  public static void main(String[] args) throws Exception {
    worker("EXECUTOR", Executors.newFixedThreadPool(1, IdlePools::daemon));
    worker("EXECUTOR", Executors.newScheduledThreadPool(1, IdlePools::daemon));
    worker("FORK_JOIN", new ForkJoinPool(2));
    timer();
    TaskQueue queue = new TaskQueue();
    worker(
        "TOMCAT",
        new org.apache.tomcat.util.threads.ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, queue, new TaskThreadFactory("exec-", true, 5)));
    QueuedThreadPool jetty = new QueuedThreadPool(2, 2, 0);
    jetty.setDaemon(true);
    jetty.setReservedThreads(0);
    jetty.start();
    worker("JETTY", jetty);
    worker("NETTY", new DefaultEventExecutor((ThreadFactory) IdlePools::daemon));
    Scheduler scheduler = Schedulers.newSingle("reactor", /* daemon= */ true);
    worker("EXECUTOR", scheduler::schedule);
    waiter("REACTOR", () -> Mono.never().block());
    waiter("KOTLIN", IdlePools::runBlocking);
    int feature = Runtime.version().feature();
    if (feature >= FIRST_WITH_THREAD_PER_TASK) {
      waiter("THREAD_PER_TASK", IdlePools::closeThreadPerTask);
    }
    if (feature >= FIRST_WITH_OPENED_SCOPES) {
      waiter("TASK_SCOPE", IdlePools::joinScope);
    }
    System.out.println("READY");
    System.in.read();
    System.out.println(HELD);
  }

  /** Has a pool run one task, and prints where the worker waits for the next. */
  private static void worker(String row, Executor pool) throws Exception {
    HELD.add(pool);
    Thread[] worker = new Thread[1];
    CountDownLatch ran = new CountDownLatch(1);
    pool.execute(
        () -> {
          worker[0] = Thread.currentThread();
          ran.countDown();
        });
    ran.await();
    print(row, worker[0]);
  }

  private static void timer() throws Exception {
    Timer timer = new Timer(/* isDaemon= */ true);
    HELD.add(timer);
    Thread[] worker = new Thread[1];
    CountDownLatch ran = new CountDownLatch(1);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            worker[0] = Thread.currentThread();
            ran.countDown();
          }
        },
        0);
    ran.await();
    print("TIMER", worker[0]);
    Timer busy = new Timer(/* isDaemon= */ true);
    CountDownLatch began = new CountDownLatch(1);
    busy.schedule(
        new TimerTask() {
          @Override
          public void run() {
            worker[0] = Thread.currentThread();
            began.countDown();
            forEver();
          }
        },
        0);
    began.await();
    print("none", worker[0]);
  }

  private static void waiter(String row, Callable<?> waits) throws Exception {
    Thread thread =
        daemon(
            () -> {
              try {
                HELD.add(waits.call());
              } catch (Exception e) {
                throw new IllegalStateException(row, e);
              }
            });
    thread.start();
    print(row, thread);
  }

  private static Object runBlocking() throws InterruptedException {
    Function2<CoroutineScope, Continuation<? super Unit>, Object> suspended =
        (scope, rest) -> IntrinsicsKt.getCOROUTINE_SUSPENDED();
    BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE, suspended);
    return "never";
  }

  /** {@code try (ExecutorService e = Executors.newThreadPerTaskExecutor(…))}. */
  private static Object closeThreadPerTask() throws Exception {
    ThreadFactory factory = IdlePools::daemon;
    ExecutorService executor =
        (ExecutorService)
            Executors.class
                .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                .invoke(null, factory);
    executor.submit(IdlePools::forEver);
    ExecutorService.class.getMethod("close").invoke(executor);
    return executor;
  }

  /** {@code try (var scope = StructuredTaskScope.open()) { scope.fork(…); scope.join(); }}. */
  private static Object joinScope() throws Exception {
    Class<?> type = Class.forName("java.util.concurrent.StructuredTaskScope");
    Object scope = type.getMethod("open").invoke(null);
    Runnable task = IdlePools::forEver;
    type.getMethod("fork", Runnable.class).invoke(scope, task);
    return type.getMethod("join").invoke(scope);
  }

  private static void forEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void print(String row, Thread thread) throws InterruptedException {
    Spawner.awaitState(thread);
    // Between two waits of a fork-join worker it may look again for work.
    String stack = frames(thread);
    while (stack.isEmpty() || !stack.equals(frames(thread))) {
      Thread.sleep(1);
      stack = frames(thread);
    }
    System.out.println("STACK " + row + " " + stack);
  }

  private static String frames(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .map(
            frame ->
                frame.getClassName()
                    + "."
                    + frame.getMethodName()
                    + "("
                    + frame.getFileName()
                    + ":1)")
        .map(frame -> frame.replace(' ', '_'))
        .collect(Collectors.joining(" "));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }
}
