package publicleaks;

import ch.qos.logback.core.AsyncAppenderBase;
import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.helpers.NOPAppender;

/**
 * Logback does not stop an appender that works in a thread of its own where no logger has it: its
 * issue 1025.
 */
final class OrphanAppender implements PublicLeak {
  private final boolean healthy;

  OrphanAppender(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() {
    for (int i = 0; i < 3; i++) {
      AsyncAppenderBase<Object> appender = new AsyncAppenderBase<>();
      appender.setName("orphan");
      appender.setContext(new ContextBase());
      appender.addAppender(new NOPAppender<>());
      appender.start();
      if (healthy) {
        appender.stop();
      }
    }
  }
}
