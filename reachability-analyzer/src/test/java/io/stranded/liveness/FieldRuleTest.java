package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.jdk.JdkField;
import io.stranded.liveness.FieldRule.Kind;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules for others are those of the analyzer, or let more live. */
class FieldRuleTest {
  @Test
  void everyFieldThatIsNoEdgeIsToldToBeNone() {
    Map<String, Kind> kinds = kinds();
    JdkField.noEdges()
        .forEach(
            (type, fields) ->
                fields.stream()
                    .filter(field -> !field.equals("container"))
                    .forEach(
                        field ->
                            assertThat(kinds.get(type + "." + field))
                                .as(type + "." + field)
                                .isIn(Kind.SKIP, Kind.DEFER)));
    JdkField.noStaticEdges()
        .forEach(
            (type, fields) ->
                fields.forEach(
                    field -> assertThat(kinds).containsEntry(type + "." + field, Kind.REGISTRY)));
  }

  @Test
  void whatIsNoRuleForFieldsLetsMoreLive() {
    Map<String, Kind> kinds = kinds();
    assertThat(kinds).containsEntry("java.lang.ref.FinalReference.referent", Kind.FOLLOW);
    JdkField.CLEANER_ACTION
        .byDeclaring()
        .forEach((type, field) -> assertThat(kinds).doesNotContainKey(type + "." + field));
    assertThat(kinds).doesNotContainKey("java.lang.Thread.container");
  }

  @Test
  void whatThreadsGiveAwayIsFollowedAfterAllElseIsPrivate() {
    Map<String, Kind> kinds = kinds();
    assertThat(kinds)
        .containsEntry("java.lang.Thread.*", Kind.PRIVATE)
        .containsEntry("java.lang.Thread.uncaughtExceptionHandler", Kind.FOLLOW)
        .containsEntry("java.lang.Thread.contextClassLoader", Kind.FOLLOW);
    assertThat(FieldRule.all().stream().map(FieldRule::field).toList())
        .containsSubsequence("*", "uncaughtExceptionHandler");
  }

  @Test
  void groupsAreSeenByTheAnalyzerItself() {
    assertThat(FieldRule.openClasses()).contains("java.lang.ThreadGroup");
  }

  /** Of several rules for a field the last one counts. */
  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new HashMap<>();
    FieldRule.all().forEach(rule -> kinds.put(rule.declaring() + "." + rule.field(), rule.kind()));
    return kinds;
  }
}
