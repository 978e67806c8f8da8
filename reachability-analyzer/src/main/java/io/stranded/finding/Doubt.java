package io.stranded.finding;

/**
 * Why a thread that looks leaked may not be: one thing that the evidence cannot rule out. With any
 * of them the verdict is {@link Verdict#INCONCLUSIVE}.
 */
public enum Doubt {
  INCOMPLETE_DUMP("the dump is incomplete", Cure.NEW_DUMP),
  UNKNOWN_JDK(
      "the JVM that was dumped is of a version whose threads and synchronizers are not known",
      Cure.NEWER_RELEASE),
  UNKNOWN_SHAPE(
      "its synchronizer is laid out as in no JDK that is known, and does not say whether it has"
          + " released the thread",
      Cure.NEWER_RELEASE),
  HIDDEN_VIRTUAL_THREADS(
      "the dump does not show the stacks of some virtual threads, which may hold what it waits on",
      Cure.SNAPSHOT),

  RELEASED_UNSEEN(
      "the state of what it is parked on does not say who has just been released", Cure.LOOK_TWICE),
  NODE_UNSEEN("its node in the queue of waiting threads is not in the dump", Cure.LOOK_TWICE),
  INTERRUPT_UNDER_WAY(
      "an interrupt is about to end the wait of a thread, which may be this one", Cure.LOOK_TWICE),

  SYNC_UNSEEN("the dump does not show what it waits on", Cure.SNAPSHOT),
  SYNC_UNSURE("the dump does not show for sure what it waits on", Cure.SNAPSHOT),
  INTERNED_MONITOR(
      "its monitor is a String, which live code gets by interning an equal one",
      Cure.READ_THE_CODE),
  KEPT_BY_CLASS(
      "its monitor is something that a class keeps of itself, such as an annotation, which live code"
          + " gets by asking the class",
      Cure.READ_THE_CODE),
  FOUND_BY_ENUMERATION(
      "its wait takes a Thread alone to be ended, which live code that lists all threads may find: it"
          + " is parked without a blocker, or waits on a Thread as its monitor",
      Cure.READ_THE_CODE),

  SCALAR_REPLACED(
      "a virtual thread that is live may hold what it waits on in an object that compiled code has"
          + " taken apart, which is in no dump",
      Cure.SNAPSHOT),
  OUTGOING_ARGUMENTS(
      "a live thread loads or initializes a class in the middle of a call, whose arguments are in no"
          + " dump",
      Cure.SNAPSHOT),
  NATIVE_LOCALS(
      "a thread that native code has attached may hold what it waits on in a JNI reference that is"
          + " in no dump",
      Cure.SNAPSHOT),
  UNDER_CONSTRUCTION(
      "a live thread constructs an object by reflection, which only the JVM holds as yet",
      Cure.SNAPSHOT),
  HIDDEN_CONSTANTS(
      "a class that only leaked threads explain leads to what it waits on, and the code of a live"
          + " class may lead to that class",
      Cure.SNAPSHOT),
  UNEXPLAINED_HOLDER(
      "an object that no root in the dump holds leads to what it waits on: garbage, or the result"
          + " of a call that was just returning, or what native code was given",
      Cure.COLLECT_FIRST),
  RESULT_IN_FLIGHT(
      "a thread was running, and what this one waits on may have been the result of a call that was"
          + " just returning, which is in no dump",
      Cure.LOOK_TWICE),
  BEHIND_DOUBT("it could be woken by a thread whose own wait is in doubt", Cure.OTHER_DOUBT);

  /** What settles a doubt. */
  public enum Cure {
    /** Who can get at what, beyond what the heap holds, is in the code. */
    READ_THE_CODE("neither dump nor snapshot can tell, the code alone does"),
    OTHER_DOUBT("what settles that settles this one"),
    NEW_DUMP("take the dump again"),
    NEWER_RELEASE("use a release of Stranded that knows this JDK"),
    /** The same wait at another time rules it out. */
    LOOK_TWICE("look twice, with 'stranded dump' or 'watch'"),
    /** A dump taken after a collection tells. */
    COLLECT_FIRST("dump after a garbage collection, as 'stranded dump --gc' and 'watch' do"),
    /** A frozen snapshot shows what dumps leave out. */
    SNAPSHOT("no heap dump can tell, 'stranded snapshot' or 'watch' can");

    private final String advice;

    Cure(String advice) {
      this.advice = advice;
    }

    /** What to do, a clause without a full stop. */
    public String advice() {
      return advice;
    }
  }

  private final String sentence;
  private final Cure cure;

  Doubt(String sentence, Cure cure) {
    this.sentence = sentence;
    this.cure = cure;
  }

  /** What cannot be ruled out: one clause in lower case, without a full stop. */
  public String sentence() {
    return sentence;
  }

  /** What would settle it. */
  public Cure cure() {
    return cure;
  }

  /** The sentence, and what would settle it: as reports say it. */
  @Override
  public String toString() {
    return sentence + ": " + cure.advice();
  }
}
