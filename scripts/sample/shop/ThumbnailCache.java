package shop;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Small pictures, for as long as there is memory for them. */
final class ThumbnailCache {
  private final Map<String, Reference<byte[]>> pictures = new ConcurrentHashMap<>();
  private final ReferenceQueue<byte[]> dropped = new ReferenceQueue<>();

  ThumbnailCache() {
    Threads.start("thumbnail-cleaner-1", this::clean);
  }

  void put(String article, byte[] picture) {
    pictures.put(article, new SoftReference<>(picture, dropped));
  }

  private void clean() throws InterruptedException {
    while (true) {
      Reference<?> gone = dropped.remove();
      pictures.values().remove(gone);
    }
  }
}
