package io.stranded.internal.proof;

import io.stranded.liveness.FieldRule;
import io.stranded.snapshot.SnapshotRules;

/** The analyzer's rules, as the library of snapshots is told them. */
final class AnalyzerRules {
  private AnalyzerRules() {}

  static SnapshotRules all() {
    SnapshotRules rules = new SnapshotRules();
    for (FieldRule rule : FieldRule.all()) {
      rules.field(kind(rule.kind()), rule.declaring(), rule.field());
    }
    FieldRule.openClasses().forEach(rules::open);
    FieldRule.givingClasses().forEach(rules::gives);
    FieldRule.knowingClasses().forEach(rules::knows);
    return rules;
  }

  private static SnapshotRules.Kind kind(FieldRule.Kind kind) {
    return switch (kind) {
      case SKIP -> SnapshotRules.Kind.SKIP;
      case DEFER -> SnapshotRules.Kind.DEFER;
      case FOLLOW -> SnapshotRules.Kind.FOLLOW;
      case PRIVATE -> SnapshotRules.Kind.PRIVATE;
      case OWNER -> SnapshotRules.Kind.OWNER;
      case REGISTRY -> SnapshotRules.Kind.REGISTRY;
    };
  }
}
