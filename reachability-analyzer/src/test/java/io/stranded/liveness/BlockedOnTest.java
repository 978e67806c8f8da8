package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.finding.Progress;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.report.ProfileJson;
import io.stranded.testing.DumpBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every wait is told by a word that the schema of reports has. */
class BlockedOnTest {
  @TempDir Path directory;

  @Test
  void kindsAreThoseOfTheSchema() throws IOException {
    DumpBuilder dump = new DumpBuilder();
    dump.thread("owner").frame("app.Task", "run");
    Path file = dump.writeTo(directory.resolve("dump.hprof"));
    try (HeapGraph graph = HeapGraph.open(file, Progress.NONE)) {
      HeapThread thread = JdkThreads.of(graph).all().get(0);
      List<BlockedOn> all =
          List.of(
              new BlockedOn.Parked(1, /* label= */ false),
              new BlockedOn.OwnedLock(1, Optional.of(thread)),
              new BlockedOn.MonitorWait(List.of(1L), List.of(1L)),
              new BlockedOn.MonitorEnter(thread, Optional.empty()),
              new BlockedOn.ClassInit(thread, "app.Slow"),
              new BlockedOn.Join(thread),
              new BlockedOn.References(1),
              new BlockedOn.BarePark(),
              new BlockedOn.Unknown(List.of()));
      assertThat(all).hasSameSizeAs(BlockedOn.class.getPermittedSubclasses());
      assertThat(kinds()).containsAll(all.stream().map(BlockedOn::kind).toList());
    }
  }

  private static List<String> kinds() throws IOException {
    try (InputStream schema = ProfileJson.class.getResourceAsStream("leak-profile-1.schema.json")) {
      JsonNode kinds =
          new ObjectMapper().readTree(schema).findValue("blockedOn").findValue("kind").path("enum");
      return StreamSupport.stream(kinds.spliterator(), /* parallel= */ false)
          .map(JsonNode::asText)
          .toList();
    }
  }
}
