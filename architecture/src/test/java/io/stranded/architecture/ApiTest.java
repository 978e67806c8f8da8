package io.stranded.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What others may build on is what {@code api.txt} lists, to the letter. There is no release yet to
 * compare with; a change that is meant is made in the list, too, where a review sees it.
 */
@AnalyzeClasses(packages = "io.stranded", importOptions = ImportOption.DoNotIncludeTests.class)
class ApiTest {
  private static final Set<String> PACKAGES =
      Set.of(
          "io.stranded.finding",
          "io.stranded.liveness",
          "io.stranded.report",
          "io.stranded.events",
          "io.stranded.leaks",
          "io.stranded.junit",
          "io.stranded.testng",
          "io.stranded.watch");

  @ArchTest
  static void apiIsWhatTheListSays(JavaClasses classes) throws IOException {
    Set<String> lines = new TreeSet<>();
    classes.stream().filter(ApiTest::isApi).forEach(type -> lines.addAll(lines(type)));
    Path actual = Path.of("target", "api.txt");
    Files.createDirectories(actual.getParent());
    Files.write(actual, lines);
    try (InputStream list =
        Objects.requireNonNull(ApiTest.class.getResourceAsStream("/api.txt"), "api.txt")) {
      String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(lines)
          .as("the API; it is written to %s: take it over if the change is meant", actual)
          .containsExactlyElementsOf(text.lines().toList());
    }
  }

  private static boolean isApi(JavaClass type) {
    return PACKAGES.contains(type.getPackageName()) && !type.isAnonymousClass() && isVisible(type);
  }

  private static boolean isVisible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ApiTest::isVisible).orElse(true);
  }

  private static List<String> lines(JavaClass type) {
    List<String> lines = new ArrayList<>(List.of(type.getName()));
    for (JavaField field : type.getFields()) {
      if (isForOthers(field.getModifiers())) {
        lines.add(
            type.getName() + "." + field.getName() + ": " + field.getRawType().getSimpleName());
      }
    }
    for (JavaCodeUnit method : type.getCodeUnits()) {
      if (isForOthers(method.getModifiers())) {
        lines.add(type.getName() + "." + signature(method));
      }
    }
    return lines;
  }

  private static boolean isForOthers(Set<JavaModifier> modifiers) {
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC)
        && !modifiers.contains(JavaModifier.BRIDGE);
  }

  private static String signature(JavaCodeUnit method) {
    return method.getName()
        + method.getParameters().stream()
            .map(JavaParameter::getRawType)
            .map(JavaClass::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"))
        + ": "
        + method.getRawReturnType().getSimpleName();
  }
}
