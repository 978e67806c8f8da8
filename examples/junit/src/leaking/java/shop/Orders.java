package shop;

import java.util.concurrent.SynchronousQueue;

/** Takes orders in a thread of its own. */
public final class Orders implements AutoCloseable {
  private final SynchronousQueue<String> queue = new SynchronousQueue<>();
  private final Thread consumer = new Thread(this::consume, "orders");

  /** Starts to take them. */
  public Orders() {
    consumer.setDaemon(true);
    consumer.start();
  }

  @Override
  public void close() {}

  private void consume() {
    try {
      queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
