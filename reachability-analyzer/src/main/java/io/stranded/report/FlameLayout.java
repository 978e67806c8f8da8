package io.stranded.report;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the frames of a flame graph go: row by row from the outermost frame to the wait, side by
 * side in units of threads, widest first. The rows above the stacks are everything and the
 * standing.
 */
final class FlameLayout {
  /**
   * A box of the graph.
   *
   * @param name class and method, or a heading
   * @param row from 0, the outermost
   * @param from threads to the left of it
   * @param to that and its own
   */
  record Box(String name, int row, long from, long to) {}

  /** Frames with one caller, and findings whose stack ends here. */
  private static final class Node {
    private final String name;
    private final int row;
    private final Map<String, Node> children = new LinkedHashMap<>();
    private final List<Finding> ending = new ArrayList<>();
    private long threads;

    private Node(String name, int row) {
      this.name = name;
      this.row = row;
    }

    private Node child(String childName) {
      return children.computeIfAbsent(childName, key -> new Node(key, row + 1));
    }

    private List<Node> widestFirst() {
      return children.values().stream()
          .sorted(
              Comparator.comparingLong((Node node) -> node.threads)
                  .reversed()
                  .thenComparing(node -> node.name))
          .toList();
    }
  }

  private record Placed(Node node, long from) {}

  private final List<Box> boxes = new ArrayList<>();
  private final IdentityHashMap<Finding, Long> fromByFinding = new IdentityHashMap<>();
  private int rows;

  private FlameLayout() {}

  static FlameLayout of(LeakProfile profile) {
    FlameLayout layout = new FlameLayout();
    layout.place(tree(profile));
    return layout;
  }

  /** All boxes, each after the one it stands on; the first is everything. */
  List<Box> boxes() {
    return boxes;
  }

  int rows() {
    return rows;
  }

  /** The number of threads to the left of a finding's own. */
  long from(Finding finding) {
    return fromByFinding.getOrDefault(finding, 0L);
  }

  private static Node tree(LeakProfile profile) {
    Node root = new Node("all", 0);
    for (Finding finding : profile.findings()) {
      Node node = root;
      node.threads += finding.count();
      node = node.child(finding.standing().name());
      node.threads += finding.count();
      List<FrameParts> stack = FrameParts.stack(finding);
      for (int i = stack.size() - 1; i >= 0; i--) {
        node = node.child(stack.get(i).method());
        node.threads += finding.count();
      }
      node.ending.add(finding);
    }
    return root;
  }

  /** Without recursion: stacks may be deeper than ours. */
  private void place(Node root) {
    Deque<Placed> open = new ArrayDeque<>();
    open.push(new Placed(root, 0));
    while (!open.isEmpty()) {
      Placed placed = open.pop();
      Node node = placed.node();
      boxes.add(new Box(node.name, node.row, placed.from(), placed.from() + node.threads));
      rows = Math.max(rows, node.row + 1);
      long at = placed.from();
      for (Finding finding : node.ending) {
        fromByFinding.put(finding, at);
        at += finding.count();
      }
      List<Placed> children = new ArrayList<>();
      for (Node child : node.widestFirst()) {
        children.add(new Placed(child, at));
        at += child.threads;
      }
      for (int i = children.size() - 1; i >= 0; i--) {
        open.push(children.get(i));
      }
    }
  }
}
