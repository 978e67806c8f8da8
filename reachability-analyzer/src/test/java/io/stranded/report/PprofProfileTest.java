package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.stranded.finding.LeakProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PprofProfileTest {
  private final LeakProfile profile = Samples.profile();

  @SuppressWarnings("NullAway.Init")
  private DynamicMessage pprof;

  @BeforeEach
  void write() throws IOException {
    pprof = ProfileProto.parse(PprofProfile.of(profile));
  }

  @Test
  void threadsComeFirstAndBytesSecond() {
    List<String> types =
        ProfileProto.<Message>list(pprof, "sample_type").stream()
            .map(type -> text(type, "type") + "/" + text(type, "unit"))
            .toList();
    assertThat(types).containsExactly("threads/count", "pinned/bytes");
    assertThat(text(pprof, "default_sample_type")).isEqualTo("threads");
  }

  @Test
  void timeAndNotesAreTold() {
    assertThat(ProfileProto.number(pprof, "time_nanos")).isEqualTo(1_795_256_130_123_000_000L);
    assertThat(ProfileProto.<Long>list(pprof, "comment").stream().map(this::string))
        .containsExactlyElementsOf(profile.notes());
  }

  @Test
  void stackRunsFromTheWaitOutwardsWithFileAndLine() {
    assertThat(stack(samples().get(0)))
        .containsExactly(
            "jdk.internal.misc.Unsafe.park :0",
            "java.util.concurrent.locks.LockSupport.park LockSupport.java:341",
            "java.util.concurrent.ArrayBlockingQueue.take ArrayBlockingQueue.java:420",
            "app.Import.next Import.java:31",
            "app.Import.run Import.java:17",
            "java.lang.Thread.run Thread.java:840");
  }

  @Test
  void threadsOfOneNameAreOneSample() {
    List<String> samples =
        samples().stream()
            .map(sample -> labels(sample).get("thread") + ProfileProto.list(sample, "value"))
            .toList();
    assertThat(samples)
        .containsExactly(
            "import-1[1, 3333]",
            "import-2[1, 3333]",
            "import-3[1, 3334]",
            "mail[2, 0]",
            Samples.HOSTILE_NAME + "[1, 4096]",
            "poller[1, 0]");
  }

  @Test
  void labelsTellWhatTheReportTells() {
    assertThat(labels(samples().get(0)))
        .containsExactly(
            Map.entry("verdict", "LEAKED"),
            Map.entry("standing", "LEAKED"),
            Map.entry("confidence", "PROVEN"),
            Map.entry("cause", "QUEUE_CONSUMER_ABANDONED"),
            Map.entry("fingerprint", "0000000000000001"),
            Map.entry("thread", "import-1"),
            Map.entry("wait", "parked"),
            Map.entry("waits_on", "java.util.concurrent.ArrayBlockingQueue"),
            Map.entry("state", "size=0, capacity=16"),
            Map.entry("created_by", "app.Import.start"));
  }

  @Test
  void findingWithoutAStackIsThereNevertheless() {
    assertThat(stack(samples().get(5))).containsExactly("[no stack] :0");
  }

  @Test
  void functionsAndLocationsAreSharedAndNumberedFromOne() {
    List<Message> locations = ProfileProto.list(pprof, "location");
    assertThat(locations).doesNotHaveDuplicates();
    for (String table : new String[] {"location", "function"}) {
      List<Message> rows = ProfileProto.list(pprof, table);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(ProfileProto.number(rows.get(i), "id")).isEqualTo(i + 1);
      }
    }
    assertThat(string(0)).isEmpty();
    assertThat(ProfileProto.<String>list(pprof, "string_table")).doesNotHaveDuplicates();
  }

  private List<Message> samples() {
    return ProfileProto.list(pprof, "sample");
  }

  private Map<String, String> labels(Message sample) {
    Map<String, String> labels = new LinkedHashMap<>();
    ProfileProto.<Message>list(sample, "label")
        .forEach(label -> labels.put(text(label, "key"), text(label, "str")));
    return labels;
  }

  private List<String> stack(Message sample) {
    List<String> frames = new ArrayList<>();
    for (long id : ProfileProto.<Long>list(sample, "location_id")) {
      Message location = row("location", id);
      Message line = ProfileProto.<Message>list(location, "line").get(0);
      Message function = row("function", ProfileProto.number(line, "function_id"));
      frames.add(
          text(function, "name")
              + " "
              + text(function, "filename")
              + ":"
              + ProfileProto.number(line, "line"));
    }
    return frames;
  }

  private Message row(String table, long id) {
    return ProfileProto.<Message>list(pprof, table).get((int) id - 1);
  }

  private String text(Message message, String field) {
    return string(ProfileProto.number(message, field));
  }

  private String string(long index) {
    return ProfileProto.<String>list(pprof, "string_table").get((int) index);
  }
}
