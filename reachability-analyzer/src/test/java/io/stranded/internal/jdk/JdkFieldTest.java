package io.stranded.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.internal.jdk.FieldPlace.Kind;
import io.stranded.internal.jdk.FieldPlace.Witness;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table says of every JDK that is found here what its own classes say. */
class JdkFieldTest {
  private static final int NEWEST_LOOKED_FOR = 40;

  /** What is only there for releases before 17. */
  private static final Set<String> OLD =
      Set.of("sun.misc.Version.java_version", "sun.misc.Cleaner.thunk");

  /** A field of a real class. */
  private record RealField(String descriptor, boolean isStatic) {}

  /** The JDKs that must be there, and all others that are. */
  static Stream<Integer> releases() {
    return IntStream.rangeClosed(17, NEWEST_LOOKED_FOR)
        .filter(feature -> feature == 17 || feature == 25 || Jdk.find(feature).isPresent())
        .boxed();
  }

  @ParameterizedTest(name = "JDK {0}")
  @MethodSource("releases")
  void everyRowIsAFieldOfTheRealClasses(int feature) throws IOException {
    Optional<Jdk> jdk = Jdk.find(feature);
    assumeTrue(jdk.isPresent(), "no JDK " + feature + " is found: its fields are not looked at");
    Map<String, Map<String, RealField>> classes = classes(jdk.orElseThrow());
    for (JdkField row : JdkField.values()) {
      Set<String> owners = row.places().stream().map(FieldPlace::owner).collect(Collectors.toSet());
      for (String owner : owners) {
        List<FieldPlace> here =
            row.places().stream()
                .filter(place -> place.owner().equals(owner) && isOfRelease(place, classes))
                .toList();
        if (classes.containsKey(owner) && !here.isEmpty()) {
          assertThat(here)
              .as("%s of %s in JDK %d", row, owner, feature)
              .anyMatch(place -> isThere(place, classes));
        }
      }
    }
  }

  @Test
  void everyPlaceIsOneOfARealJdk() throws IOException {
    assumeTrue(
        Jdk.find(17).isPresent() && Jdk.find(25).isPresent(),
        "JDK 17 and JDK 25 are not both found");
    Set<String> nowhere = new TreeSet<>();
    for (JdkField row : JdkField.values()) {
      row.places().forEach(place -> nowhere.add(place.toString()));
    }
    for (int feature : new int[] {17, 25}) {
      Map<String, Map<String, RealField>> classes = classes(Jdk.find(feature).orElseThrow());
      for (JdkField row : JdkField.values()) {
        row.places().stream()
            .filter(place -> isThere(place, classes))
            .forEach(place -> nowhere.remove(place.toString()));
      }
    }
    assertThat(nowhere).isEqualTo(OLD);
  }

  private static boolean isOfRelease(
      FieldPlace place, Map<String, Map<String, RealField>> classes) {
    if (place.witness().isEmpty()) {
      return true;
    }
    Witness witness = place.witness().get();
    Map<String, RealField> fields = classes.get(witness.type());
    return fields != null
        && (witness.field().isEmpty() || fields.containsKey(witness.field().get()));
  }

  private static boolean isThere(FieldPlace place, Map<String, Map<String, RealField>> classes) {
    RealField field = classes.getOrDefault(place.declaring(), Map.of()).get(place.name());
    boolean hop =
        place.hop().isEmpty()
            || classes.getOrDefault(place.owner(), Map.of()).containsKey(place.hop().get());
    return hop
        && field != null
        && field.isStatic() == place.isStatic()
        && kind(field.descriptor()).equals(Optional.of(place.kind()));
  }

  private static Optional<Kind> kind(String descriptor) {
    return switch (descriptor.charAt(0)) {
      case 'I' -> Optional.of(Kind.INT);
      case 'J' -> Optional.of(Kind.LONG);
      case 'Z' -> Optional.of(Kind.BOOLEAN);
      case 'B' -> Optional.of(Kind.BYTE);
      case 'L', '[' -> Optional.of(Kind.REFERENCE);
      default -> Optional.empty();
    };
  }

  /** The fields of all classes of the table that a JDK has, as its own javap prints them. */
  private static Map<String, Map<String, RealField>> classes(Jdk jdk) throws IOException {
    Set<String> names = new TreeSet<>();
    for (JdkField row : JdkField.values()) {
      for (FieldPlace place : row.places()) {
        names.add(place.owner());
        names.add(place.declaring());
        place.witness().ifPresent(witness -> names.add(witness.type()));
      }
    }
    List<String> command = new ArrayList<>(List.of(jdk.tool("javap"), "-p", "-s"));
    command.addAll(names);
    Process javap = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(javap.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, Map<String, RealField>> classes = new HashMap<>();
    Map<String, RealField> fields = new HashMap<>();
    String declaration = "";
    for (String line : printed.lines().toList()) {
      String text = line.strip();
      if (text.endsWith("{") && text.matches(".*\\b(class|interface)\\b.*")) {
        fields = new HashMap<>();
        String after = text.replaceFirst(".*?\\b(class|interface) ", "");
        classes.put(after.split("[ <]", 2)[0], fields);
      } else if (text.startsWith("descriptor: ")) {
        String descriptor = text.substring("descriptor: ".length());
        if (!descriptor.startsWith("(")) {
          String name = declaration.substring(declaration.lastIndexOf(' ') + 1);
          fields.put(
              name.substring(0, name.length() - 1),
              new RealField(descriptor, declaration.matches(".*\\bstatic\\b.*")));
        }
      } else {
        declaration = text;
      }
    }
    assertThat(classes).as("what javap of %s printed", jdk).containsKey("java.lang.Thread");
    return classes;
  }
}
