package io.stranded.endpoint;

import com.sun.net.httpserver.HttpExchange;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The answers that are being sent. Who does not read his holds up nobody: what a socket may not
 * take at once is sent by threads of its own, and is cut off when it lasts, or has lasted longest
 * when there is one too many. So there are a few bodies in memory and never more.
 *
 * <p>A thread that sends is interrupted, since that alone closes the channel that it is stuck in:
 * the server closes a connection by flushing it first, and would be stuck as well.
 */
final class Writes implements Closeable {
  /** So many large answers at a time. */
  static final int MOST = 8;

  private static final int SMALL = 16 * 1024;

  /** Below the server's own limit, whose one thread must not meet an answer that is stuck. */
  private static final int LIMIT_SECONDS = 60;

  private static final int IDLE_SECONDS = 30;

  private final Deque<Write> large = new ArrayDeque<>();
  private final ThreadPoolExecutor lane =
      new ThreadPoolExecutor(
          MOST,
          MOST,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          EndpointServer.daemons("stranded-http-send-"));
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(1, EndpointServer.daemons("stranded-http-clock-"));

  Writes() {
    lane.allowCoreThreadTimeOut(true);
    clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
    clock.setRemoveOnCancelPolicy(true);
  }

  /** Sends an answer whose headers are set, now or soon, and closes the exchange. */
  void send(HttpExchange exchange, int status, byte[] body) {
    Write write = new Write(exchange, status, body);
    if (body.length <= SMALL) {
      write.run();
      return;
    }
    synchronized (large) {
      if (large.size() == MOST) {
        large.remove().cut();
      }
      large.add(write);
    }
    lane.execute(
        () -> {
          write.run();
          synchronized (large) {
            large.remove(write);
          }
        });
  }

  @Override
  public void close() {
    clock.shutdownNow();
    lane.shutdownNow();
  }

  /** One answer. */
  private final class Write {
    private final HttpExchange exchange;
    private final int status;
    private final byte[] body;
    private boolean over;
    private Runnable interrupt = () -> {};

    Write(HttpExchange exchange, int status, byte[] body) {
      this.exchange = exchange;
      this.status = status;
      this.body = body;
    }

    void run() {
      if (!begin()) {
        exchange.close();
        return;
      }
      ScheduledFuture<?> limit = clock.schedule(this::cut, LIMIT_SECONDS, TimeUnit.SECONDS);
      try (exchange) {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
          exchange.getResponseBody().write(body);
        }
      } catch (IOException e) {
        // Whoever asked has gone, or was cut off.
      } finally {
        limit.cancel(false);
        end();
      }
    }

    private synchronized boolean begin() {
      interrupt = Thread.currentThread()::interrupt;
      return !over;
    }

    private synchronized void end() {
      over = true;
      // An interrupt was meant for this answer, and not for the next.
      boolean unused = Thread.interrupted();
    }

    /** Ends it if it has not ended. */
    synchronized void cut() {
      if (!over) {
        over = true;
        interrupt.run();
      }
    }
  }
}
