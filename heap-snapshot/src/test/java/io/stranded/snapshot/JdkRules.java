package io.stranded.snapshot;

import io.stranded.liveness.FieldRule;

/** The rules that the tests use: those of the analyzer. */
final class JdkRules {
  private JdkRules() {}

  static SnapshotRules rules() {
    SnapshotRules rules = new SnapshotRules();
    for (FieldRule rule : FieldRule.all()) {
      rules.field(SnapshotRules.Kind.valueOf(rule.kind().name()), rule.declaring(), rule.field());
    }
    FieldRule.openClasses().forEach(rules::open);
    FieldRule.givingClasses().forEach(rules::gives);
    FieldRule.knowingClasses().forEach(rules::knows);
    return rules;
  }
}
