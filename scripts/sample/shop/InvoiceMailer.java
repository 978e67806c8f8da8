package shop;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Mails invoices from a thread of its own, so that a slow mail server delays nobody. */
final class InvoiceMailer {
  private static final AtomicInteger MAILERS = new AtomicInteger();

  private final BlockingQueue<String> outbox = new LinkedBlockingQueue<>();
  private final byte[] letterhead = new byte[512 * 1024];
  private final String host;

  // There is no way to stop a mailer: whoever replaces it leaves its thread behind.
  InvoiceMailer(String host) {
    this.host = host;
    Threads.start("invoice-mailer-" + MAILERS.incrementAndGet(), this::deliver);
  }

  /** Mails what has been written since the last time. */
  void flush() {
    outbox.add("invoices of the last half hour");
  }

  private void deliver() throws InterruptedException {
    while (true) {
      String mail = outbox.take();
      Log.line("mailed by " + host + ": " + mail + " with " + letterhead.length + " bytes");
    }
  }
}
