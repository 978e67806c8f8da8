package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
  @Test
  void valuesAreEscapedForTextAndAttributes() {
    assertThat(render("<a title=\"{{x}}\">{{&raw}}", Map.of("x", "<&>\"'\u0000", "raw", "<b>")))
        .isEqualTo("<a title=\"&lt;&amp;&gt;&quot;&#39;\ufffd\"><b>");
  }

  @Test
  void sectionsRepeatAndSeeWhatIsAroundThem() {
    assertThat(
            render(
                "{{#rows}}{{name}}{{outer}}{{#flag}}!{{/flag}}{{^flag}}.{{/flag}} {{/rows}}",
                Map.of(
                    "outer",
                    "-",
                    "rows",
                    List.of(
                        Map.of("name", "a", "flag", true), Map.of("name", "b", "flag", false)))))
        .isEqualTo("a-! b-. ");
  }

  @Test
  void placeholderInAValueIsText() {
    assertThat(render("{{x}}", Map.of("x", "{{y}}"))).isEqualTo("{{y}}");
  }

  @Test
  void mistakesOfTheTemplateAreNamed() {
    assertThatThrownBy(() -> render("{{x}}", Map.of())).hasMessage("no value for {{x}}");
    assertThatThrownBy(() -> Template.parse("{{#a}}{{/b}}")).hasMessage("{{/b}} ends {{#a}}");
    assertThatThrownBy(() -> Template.parse("{{#a}}")).hasMessage("{{#a}} does not end");
    assertThatThrownBy(() -> Template.parse("{{/a}}")).hasMessage("{{/a}} ends nothing");
    assertThatThrownBy(() -> Template.load("none.html")).hasMessageContaining("none.html");
  }

  private static String render(String template, Map<String, ?> values) {
    return Template.parse(template).render(values);
  }
}
