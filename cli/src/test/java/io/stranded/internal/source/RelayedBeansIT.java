package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.LeaksOnDemand;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import jdk.management.jfr.FlightRecorderMXBean;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A JVM that is asked by way of the agent answers as it does to JMX. */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class RelayedBeansIT {
  private static final String RECORDER = "jdk.management.jfr:type=FlightRecorder";
  private static final int CALLERS = 12;
  private static final long PATIENCE_SECONDS = 120;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void answersAreThoseOfTheMBeanServer(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk);
        RelayedBeans relayed = open(jvm)) {
      MBeanServerConnection beans = relayed.connection();
      RuntimeMXBean runtime =
          ManagementFactory.newPlatformMXBeanProxy(
              beans, ManagementFactory.RUNTIME_MXBEAN_NAME, RuntimeMXBean.class);
      assertThat(runtime.getPid()).isEqualTo(jvm.pid());
      assertThat(runtime.getSystemProperties()).containsKey("java.home");
      assertThat(threads(beans).dumpAllThreads(true, true)).isNotEmpty();
      FlightRecorderMXBean recorder =
          ManagementFactory.newPlatformMXBeanProxy(beans, RECORDER, FlightRecorderMXBean.class);
      long recording = recorder.newRecording();
      recorder.setPredefinedConfiguration(recording, "default");
      recorder.startRecording(recording);
      assertThat(recorder.getRecordings()).hasSize(1);
      recorder.closeRecording(recording);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void whatTheServerThrowsIsThrown(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk);
        RelayedBeans relayed = open(jvm)) {
      MBeanServerConnection beans = relayed.connection();
      ObjectName nobody = new ObjectName("nobody:type=Nothing");
      assertThatThrownBy(() -> beans.getAttribute(nobody, "Name"))
          .isInstanceOf(InstanceNotFoundException.class);
      assertThatThrownBy(beans::getMBeanCount).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> threads(beans).getThreadInfo(-1))
          .isInstanceOf(IllegalArgumentException.class);
      // Of a package that is not taken: the call fails, and the connection goes on.
      HotSpotDiagnosticMXBean diagnostics =
          ManagementFactory.newPlatformMXBeanProxy(
              beans, "com.sun.management:type=HotSpotDiagnostic", HotSpotDiagnosticMXBean.class);
      assertThatThrownBy(() -> diagnostics.dumpHeap("/nowhere/heap.hprof", false))
          .isInstanceOf(JMRuntimeException.class)
          .hasMessageContaining("IOException: No such file");
      assertThat(threads(beans).getThreadCount()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void moreCallersThanConnectionsAreAllAnswered(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk);
        RelayedBeans relayed = open(jvm)) {
      ThreadMXBean threads = threads(relayed.connection());
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        calls.add(CompletableFuture.supplyAsync(() -> threads.dumpAllThreads(true, true).length));
      }
      for (CompletableFuture<Integer> call : calls) {
        assertThat(call.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isPositive();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void interruptEndsNoCall(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk);
        RelayedBeans relayed = open(jvm)) {
      ThreadMXBean threads = threads(relayed.connection());
      Thread.currentThread().interrupt();
      int count = threads.getThreadCount();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(count).isPositive();
      assertThat(threads.getThreadCount()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void nothingIsLeftInTheTarget(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      try (RelayedBeans relayed = open(jvm)) {
        assertThat(threads(relayed.connection()).getThreadCount()).isPositive();
        assertThat(relays(jvm)).isEqualTo(4);
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (relays(jvm) > 0 && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertThat(relays(jvm)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void callsFailOnceTheTargetHasEnded(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk);
        RelayedBeans relayed = open(jvm)) {
      MBeanServerConnection beans = relayed.connection();
      assertThat(threads(beans).getThreadCount()).isPositive();
      jvm.process().destroyForcibly().waitFor();
      for (int i = 0; i < CALLERS; i++) {
        assertFails(beans);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void callsFailOnceTheConnectionIsClosed(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      MBeanServerConnection beans;
      try (RelayedBeans relayed = open(jvm)) {
        beans = relayed.connection();
        assertThat(threads(beans).getThreadCount()).isPositive();
      }
      assertFails(beans);
    }
  }

  private static void assertFails(MBeanServerConnection beans) {
    assertThatThrownBy(
            () -> beans.getAttribute(new ObjectName(ManagementFactory.RUNTIME_MXBEAN_NAME), "Name"))
        .isInstanceOf(RemoteException.class)
        .hasMessage("connection closed");
  }

  private static ForkedJvm start(Jdk jdk) {
    return ForkedJvm.start(jdk, List.of(LeaksOnDemand.class.getName()));
  }

  private static RelayedBeans open(ForkedJvm jvm) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(jvm.pid()));
    try {
      return RelayedBeans.open(machine, TargetFiles.of(jvm.pid()));
    } finally {
      machine.detach();
    }
  }

  private static ThreadMXBean threads(MBeanServerConnection beans) throws IOException {
    return ManagementFactory.newPlatformMXBeanProxy(
        beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
  }

  private static long relays(ForkedJvm jvm) {
    return jvm.jcmd("Thread.print").lines().filter(line -> line.startsWith("\"stranded-r")).count();
  }
}
