package io.stranded.internal.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The TCP connections of a process, as Linux tells of them. */
public final class TcpSockets {
  private static final int ESTABLISHED = 1;
  private static final int LISTENING = 10;

  /**
   * A connection.
   *
   * @param localPort its port here
   * @param remotePort its port there
   * @param established whether both sides are in it, as far as the kernel knows
   * @param unsent bytes that were sent and not acknowledged
   * @param unread bytes that have come and were not read
   * @param retransmits how often they were sent again
   * @param accepted whether the process listens on the local port, so that the peer came to it
   */
  public record Connection(
      int localPort,
      int remotePort,
      boolean established,
      long unsent,
      long unread,
      int retransmits,
      boolean accepted) {
    /** Whether the peer does not acknowledge what it was sent, or has ended the connection. */
    public boolean isPeerGone() {
      return !established || (unsent > 0 && retransmits > 0);
    }
  }

  private final Path process;
  private final Map<String, Connection> byInode;

  private TcpSockets(Path process, Map<String, Connection> byInode) {
    this.process = process;
    this.byInode = byInode;
  }

  /** Those of a process as they are now; none if it is not ours to ask. */
  public static TcpSockets of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    List<String[]> rows = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6")) {
      try {
        for (String line : Files.readAllLines(process.resolve("net").resolve(table))) {
          rows.add(line.strip().split("\\s+"));
        }
      } catch (IOException e) {
        // No such protocol, or no such process any more.
      }
    }
    return new TcpSockets(process, connections(rows));
  }

  /** The connection that a descriptor of the process is; empty if it is none. */
  public Optional<Connection> of(int descriptor) {
    try {
      String link = Files.readSymbolicLink(process.resolve("fd/" + descriptor)).toString();
      return link.startsWith("socket:[")
          ? Optional.ofNullable(byInode.get(link.substring(8, link.length() - 1)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Connection> connections(List<String[]> rows) {
    Set<Integer> listening = new HashSet<>();
    for (String[] row : rows) {
      if (isRow(row) && Integer.parseInt(row[3], 16) == LISTENING) {
        listening.add(port(row[1]));
      }
    }
    Map<String, Connection> byInode = new HashMap<>();
    for (String[] row : rows) {
      if (isRow(row)) {
        int colon = row[4].indexOf(':');
        byInode.put(
            row[9],
            new Connection(
                port(row[1]),
                port(row[2]),
                Integer.parseInt(row[3], 16) == ESTABLISHED,
                Long.parseLong(row[4].substring(0, colon), 16),
                Long.parseLong(row[4].substring(colon + 1), 16),
                Integer.parseInt(row[6], 16),
                listening.contains(port(row[1]))));
      }
    }
    return byInode;
  }

  /** Not the heading. */
  private static boolean isRow(String[] row) {
    return row.length > 9 && row[0].endsWith(":");
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
  }
}
