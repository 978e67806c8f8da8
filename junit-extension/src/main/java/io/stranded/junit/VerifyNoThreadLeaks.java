package io.stranded.junit;

import io.stranded.leaks.Consequence;
import io.stranded.leaks.LeakLevel;
import io.stranded.leaks.LeakMode;
import io.stranded.leaks.ThreadFilter;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails tests that leave threads behind.
 *
 * <p>What is said on a method, its class, the classes around it, those above it and in
 * configuration parameters adds up where it is ignored, and else the nearest counts. Patterns are
 * regular expressions of which some part of the text has to match.
 *
 * <p>On a class, threads that can never run again fail the test that started them; those that live
 * on have time up to the end of the class, since its fixtures may outlive a test, and then fail the
 * class, with the name of the test. On a method both fail the test.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ExtendWith(ThreadLeakExtension.class)
public @interface VerifyNoThreadLeaks {
  /** Which threads are leaks; one at most. {@link LeakMode#ALIVE} if none is given. */
  LeakMode[] mode() default {};

  /** What becomes of leaks; one at most. {@link Consequence#FAIL} if none is given. */
  Consequence[] consequence() default {};

  /** Up to when threads that live on may end; one at most. */
  LeakLevel[] level() default {};

  /** How long threads are given to end, in milliseconds; -1 for what is said elsewhere, or 1000. */
  long settleMillis() default -1;

  /** Names of threads to ignore. */
  String[] ignoreNames() default {};

  /** Names of thread groups to ignore. */
  String[] ignoreGroups() default {};

  /** Names of classes that threads to ignore run. */
  String[] ignoreRunnables() default {};

  /** Frames anywhere on the stacks of threads to ignore. */
  String[] ignoreFrames() default {};

  /** Innermost frames, but for those of the JDK, of threads to ignore. */
  String[] ignoreTopFrames() default {};

  /** Frames on the stacks that created threads to ignore. */
  String[] ignoreCreators() default {};

  /** Filters of any kind, which have a constructor without parameters. */
  Class<? extends ThreadFilter>[] filters() default {};
}
