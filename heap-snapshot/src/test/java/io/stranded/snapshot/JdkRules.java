package io.stranded.snapshot;

import io.stranded.snapshot.SnapshotRules.Kind;
import java.util.List;

/** The rules that the tests use: those of the analyzer. */
final class JdkRules {
  private static final String REFERENCE = "java.lang.ref.Reference";
  private static final String LOCKS = "java.util.concurrent.locks.";

  private JdkRules() {}

  static SnapshotRules rules() {
    SnapshotRules rules =
        new SnapshotRules()
            .field(Kind.DEFER, REFERENCE, "referent")
            .field(Kind.SKIP, REFERENCE, "discovered")
            .field(Kind.FOLLOW, "java.lang.ref.FinalReference", "referent")
            .field(Kind.SKIP, "java.lang.ref.PhantomReference", "referent")
            .field(Kind.SKIP, "io.stranded.agent.Slot", "referent")
            .field(Kind.FOLLOW, "io.stranded.agent.HiddenClassData$Shown", "referent")
            .field(Kind.SKIP, "java.lang.ThreadGroup", "threads")
            .field(Kind.SKIP, "java.lang.Thread", "cont")
            .field(Kind.SKIP, LOCKS + "AbstractOwnableSynchronizer", "exclusiveOwnerThread")
            .field(Kind.SKIP, LOCKS + "AbstractQueuedSynchronizer$Node", "waiter")
            .field(Kind.SKIP, LOCKS + "AbstractQueuedLongSynchronizer$Node", "waiter")
            .field(Kind.SKIP, LOCKS + "StampedLock$Node", "waiter")
            .field(Kind.OWNER, LOCKS + "ReentrantLock$Sync", "exclusiveOwnerThread")
            .field(Kind.OWNER, LOCKS + "ReentrantReadWriteLock$Sync", "exclusiveOwnerThread")
            .field(
                Kind.REGISTRY,
                "jdk.internal.vm.ThreadContainers$RootContainer$TrackingRootContainer",
                "VTHREADS")
            .field(Kind.REGISTRY, "jdk.internal.vm.ThreadContainers", "CONTAINER_REGISTRY");
    for (String thread :
        List.of(
            "java.lang.Thread",
            "java.lang.BaseVirtualThread",
            "java.lang.VirtualThread",
            "java.lang.ThreadBuilders$BoundVirtualThread")) {
      rules.field(Kind.PRIVATE, thread, "*");
    }
    for (String open :
        List.of(
            "AbstractOwnableSynchronizer",
            "AbstractQueuedSynchronizer$Node",
            "AbstractQueuedLongSynchronizer$Node")) {
      rules.open(LOCKS + open);
    }
    return rules;
  }
}
