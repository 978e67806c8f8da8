package io.stranded.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.FailureLine;
import io.stranded.finding.Target;
import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that were written for each JVM and have no tombstone yet, in a file beside the spool: a
 * sidecar that is started anew can still say that the JVM has ended. One line of JSON for each key.
 * Thread-safe.
 */
final class LiveKeys {
  static final String FILE = "keys.jsonl";

  /** Clocks are set; a process that began a little after a finding of it may be the same. */
  private static final Duration CLOCK_DOUBT = Duration.ofSeconds(10);

  private final Path directory;
  private final Path file;
  private final Map<String, Instance> instances = new LinkedHashMap<>();

  private LiveKeys(Path directory) {
    this.directory = directory;
    this.file = directory.resolve(FILE);
  }

  /** A JVM by what tells whether it still runs, and the keys written for it. */
  private record Instance(String host, long pid, Instant seen, Set<String> keys) {}

  /** Reads the keys of a spool directory. Lines that a crash has damaged are left out. */
  static LiveKeys open(Path directory) throws IOException {
    LiveKeys keys = new LiveKeys(directory);
    if (Files.exists(keys.file)) {
      String text = new String(Files.readAllBytes(keys.file), StandardCharsets.UTF_8);
      text.lines().forEach(keys::read);
      // So that the next line does not hang on to half of one.
      keys.write();
    }
    return keys;
  }

  /** Takes note of keys; on the disk when this returns. */
  synchronized void add(Target target, Instant seen, List<String> keys) throws IOException {
    @Nullable Instance known = instances.get(target.instanceId());
    Instance instance =
        known == null
            ? new Instance(target.hostName(), target.pid(), seen, new LinkedHashSet<>())
            : known;
    List<String> added = keys.stream().filter(key -> !instance.keys.contains(key)).toList();
    if (added.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    added.forEach(key -> lines.append(line(target.instanceId(), instance, key)));
    boolean isNew = !Files.exists(file);
    try (RandomAccessFile out = PrivateFiles.open(file)) {
      long end = out.length();
      try {
        out.seek(end);
        out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        out.getFD().sync();
      } catch (IOException e) {
        out.setLength(end);
        throw new IOException(file + ": " + FailureLine.of(e), e);
      }
    }
    if (isNew) {
      PrivateFiles.syncDirectory(directory);
    }
    instance.keys.addAll(added);
    instances.put(target.instanceId(), instance);
  }

  /** The keys written for a JVM, sorted. */
  synchronized List<String> of(String instanceId) {
    Instance instance = instances.get(instanceId);
    return instance == null ? List.of() : instance.keys.stream().sorted().toList();
  }

  /** Forgets a JVM. */
  synchronized void remove(String instanceId) throws IOException {
    if (instances.remove(instanceId) != null) {
      write();
    }
  }

  /** JVMs of this host whose process is over, or has given its id to another. */
  synchronized List<String> ended() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return List.of();
    }
    return instances.entrySet().stream()
        .filter(entry -> entry.getValue().host.equals(host) && hasEnded(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean hasEnded(Instance instance) {
    Optional<ProcessHandle> process = ProcessHandle.of(instance.pid);
    return process.isEmpty()
        || process
            .flatMap(running -> running.info().startInstant())
            .filter(started -> started.isAfter(instance.seen.plus(CLOCK_DOUBT)))
            .isPresent();
  }

  private void read(String line) {
    try {
      ObjectNode node = FindingMessage.parse(line.getBytes(StandardCharsets.UTF_8));
      Instant seen = Instant.parse(node.path("seen").asText());
      instances
          .computeIfAbsent(
              node.path("instance").asText(),
              id ->
                  new Instance(
                      node.path("host").asText(),
                      node.path("pid").asLong(),
                      seen,
                      new LinkedHashSet<>()))
          .keys
          .add(node.path("key").asText());
    } catch (RuntimeException e) {
      // Without the key its tombstone is missing; nothing else depends on it.
      System.getLogger(LiveKeys.class.getName())
          .log(System.Logger.Level.DEBUG, "{0}: a line is damaged and left out", file);
    }
  }

  private void write() throws IOException {
    List<String> lines = new ArrayList<>();
    instances.forEach(
        (id, instance) -> instance.keys.forEach(key -> lines.add(line(id, instance, key))));
    Path next = file.resolveSibling(FILE + ".next");
    try (RandomAccessFile out = PrivateFiles.open(next)) {
      out.setLength(0);
      out.write(String.join("", lines).getBytes(StandardCharsets.UTF_8));
      out.getFD().sync();
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String line(String id, Instance instance, String key) {
    return FindingMessage.MAPPER
            .createObjectNode()
            .put("key", key)
            .put("instance", id)
            .put("host", instance.host)
            .put("pid", instance.pid)
            .put("seen", instance.seen.toString())
        + "\n";
  }
}
