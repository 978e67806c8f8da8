package publicleaks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.fileupload.MultipartStream;

/**
 * commons-fileupload ran for ever where the boundary of a request was longer than its buffer:
 * CVE-2014-0050.
 */
final class EndlessBoundary implements PublicLeak {
  private static final int BUFFER = 4096;

  private final boolean healthy;

  EndlessBoundary(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() {
    Main.daemon("upload", () -> receive("b".repeat(healthy ? BUFFER / 2 : BUFFER)));
  }

  @SuppressWarnings("deprecation") // what is not deprecated is not public
  private static void receive(String boundary) {
    byte[] body = "x".repeat(2 * BUFFER).getBytes(StandardCharsets.US_ASCII);
    MultipartStream parts =
        new MultipartStream(
            new ByteArrayInputStream(body), boundary.getBytes(StandardCharsets.US_ASCII), BUFFER);
    try {
      parts.skipPreamble();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
