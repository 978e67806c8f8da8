package io.stranded.corpus;

import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.TaskThreadFactory;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The pools of Tomcat and Jetty, as those of {@link PoolsInUse}. */
public final class ServerPools {
  private ServerPools() {}

  public static void main(String[] args) throws Exception {
    PoolsInUse.lose(tomcat(), "tomcat", 2);
    PoolsInUse.lose(jetty(), "jetty", 1);
    PoolsInUse.keep(tomcat(), "tomcat");
    PoolsInUse.keep(jetty(), "jetty");
    System.out.println("READY");
    System.in.read();
  }

  private static ThreadPoolExecutor tomcat() {
    TaskQueue queue = new TaskQueue();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            2, 2, 1, TimeUnit.HOURS, queue, new TaskThreadFactory("exec-", true, 5));
    queue.setParent(pool);
    return pool;
  }

  private static QueuedThreadPool jetty() throws Exception {
    QueuedThreadPool pool = new QueuedThreadPool(4, 4);
    pool.setDaemon(true);
    pool.setReservedThreads(0);
    pool.start();
    return pool;
  }
}
