package shop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads an uploaded catalog, several lines at a time. */
final class CatalogImport {
  private final List<String> lines;

  private CatalogImport(List<String> lines) {
    this.lines = lines;
  }

  static CatalogImport of(String upload) {
    return new CatalogImport(List.of(upload.split(";")));
  }

  /** Imports every line. */
  void run() throws InterruptedException {
    // Made for each import, and shut down by none.
    ExecutorService workers = Executors.newFixedThreadPool(2, Threads.named("catalog-import"));
    List<Future<?>> rows = new ArrayList<>();
    for (String line : lines) {
      rows.add(workers.submit(() -> importLine(line)));
    }
    try {
      for (Future<?> row : rows) {
        row.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the import failed", e.getCause());
    }
    Log.line(lines.size() + " articles imported");
  }

  private static void importLine(String line) {
    if (line.isBlank()) {
      throw new IllegalArgumentException("an article without a name");
    }
  }
}
