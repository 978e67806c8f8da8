package io.stranded.internal.source;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JVM of this machine, as it is seen without attaching to it.
 *
 * @param pid its process id
 * @param main its main class or jar, as it was given to it
 * @param application the class that a jar or Spring Boot's launcher starts, as far as known
 * @param user whose it is, as far as known
 * @param version its Java version, as far as known
 * @param obstacle why it cannot be watched; empty if nothing is known to be in the way
 */
public record LocalJvm(
    long pid,
    String main,
    Optional<String> application,
    Optional<String> user,
    Optional<String> version,
    Optional<String> obstacle) {
  /** Whether its main class, its jar or the class that this starts has a match. */
  public boolean matches(Pattern pattern) {
    return pattern.matcher(main).find()
        || application.filter(name -> pattern.matcher(name).find()).isPresent();
  }
}
