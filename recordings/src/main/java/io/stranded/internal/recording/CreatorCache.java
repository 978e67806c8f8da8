package io.stranded.internal.recording;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;

/** Many threads are started from few places: their frames are made and kept once. */
final class CreatorCache {
  private final int limit;
  private final Map<RecordedStackTrace, List<String>> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordedStackTrace, List<String>> eldest) {
          return size() > limit;
        }
      };
  private final Map<List<String>, List<String>> pool = new LinkedHashMap<>();

  CreatorCache(int limit) {
    this.limit = limit;
  }

  /** As {@link RawEvent#creator()}. */
  List<String> of(RecordedStackTrace trace) {
    return recent.computeIfAbsent(trace, this::pooled);
  }

  private List<String> pooled(RecordedStackTrace trace) {
    List<String> made = make(trace);
    if (pool.size() >= limit) {
      return made;
    }
    List<String> known = pool.putIfAbsent(made, made);
    return known == null ? made : known;
  }

  private static List<String> make(RecordedStackTrace trace) {
    List<String> made = new ArrayList<>(trace.getFrames().size());
    for (RecordedFrame frame : trace.getFrames()) {
      if (frame.isJavaFrame() && frame.getMethod() != null) {
        made.add(
            FrameText.format(
                frame.getMethod().getType().getName(),
                frame.getMethod().getName(),
                frame.getLineNumber()));
      }
    }
    return FrameText.creator(made);
  }
}
