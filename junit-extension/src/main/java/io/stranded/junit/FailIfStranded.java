package io.stranded.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test that can never end, with the proof, instead of letting it run into a timeout: its
 * thread waits without a timeout, and nothing live can end that wait. Deadlocks are such waits,
 * too.
 *
 * <p>The test runs in a thread of its own, unless {@link #thread} says otherwise, so that it can
 * fail even where nothing can end its wait. Other extensions, and what they keep for the thread
 * that calls the test, see the one that it would run in otherwise.
 *
 * <p>What a field of the test's instance or of its class holds is alive, since JUnit holds these: a
 * wait for it is no proof.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ExtendWith(StrandedTestExtension.class)
public @interface FailIfStranded {
  /** Which thread a test runs in. */
  enum ThreadMode {
    /** In one of its own. */
    SEPARATE,
    /**
     * In the one that JUnit calls it in. A wait that no interrupt ends, such as for a monitor, is
     * told on standard error then, and goes on.
     */
    SAME
  }

  /** How long it has to wait before it is looked at, in milliseconds. */
  long afterMillis() default 1_000;

  /** Which thread it runs in. */
  ThreadMode thread() default ThreadMode.SEPARATE;
}
