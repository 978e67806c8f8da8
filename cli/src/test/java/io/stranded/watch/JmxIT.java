package io.stranded.watch;

import static io.stranded.watch.ReportFile.stage;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life.Stage;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.LeaksOnDemand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed sidecar watches JVMs that listen for JMX. */
@Execution(ExecutionMode.CONCURRENT)
class JmxIT {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String STORE_PASSWORD = "changeit";

  @TempDir static Path shared;

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  /** Passwords, and stores with the certificate that both sides use. */
  @BeforeAll
  static void writeSecrets() throws Exception {
    Path passwords = Files.writeString(shared.resolve("passwords"), "watcher secret\n");
    Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(shared.resolve("access"), "watcher readwrite\n");
    Files.writeString(shared.resolve("right"), "secret\n");
    Files.writeString(shared.resolve("wrong"), "guessed\n");
    keytool("-genkeypair", "key.p12", "-keyalg", "EC", "-dname", "CN=jmx");
    keytool("-exportcert", "key.p12", "-file", shared.resolve("certificate").toString());
    keytool("-importcert", "trust.p12", "-file", shared.resolve("certificate").toString());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jvmIsWatchedFromAfar(Jdk jdk) throws IOException {
    int port = freePort();
    try (ForkedJvm target = start(jdk, port, LOOPBACK, List.of("ssl=false"), List.of())) {
      assertLeaksAreFound(target, List.of(), login("right", port));
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void tlsIsSpokenWithCertificatesOfBothSides(Jdk jdk) throws IOException {
    int port = freePort();
    try (ForkedJvm target = startWithTls(jdk, port)) {
      List<String> login = new ArrayList<>(List.of("--jmx-tls"));
      login.addAll(login("right", port));
      assertLeaksAreFound(target, stores(), login);
    }
  }

  @Test
  void whyNoConnectionIsMadeIsOneLine() throws IOException {
    int port = freePort();
    try (ForkedJvm target = startWithTls(Jdk.current(), port)) {
      assertThat(target.process().isAlive()).isTrue();
      List<String> tls = new ArrayList<>(List.of("--jmx-tls"));
      tls.addAll(login("wrong", port));
      assertRefused("Invalid username or password", stores(), tls);
      tls.set(tls.size() - 2, "--jmx-password-file=" + shared.resolve("right"));
      assertRefused("is not trusted: unable to find valid", List.of(), tls);
      assertRefused("see javax.net.ssl.keyStore", stores().subList(0, 2), tls);
      assertRefused("--jmx-tls is needed", stores(), login("right", port));
    }
    assertRefused("Connection refused", List.of(), List.of(url(LOOPBACK, port)));
    assertRefused("unknown host", List.of(), List.of(url("no-such-host.invalid", port)));
  }

  @Test
  void serverThatNeverAnswersIsGivenUp() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertRefused("no answer for", List.of(), List.of(url(LOOPBACK, mute.getLocalPort())));
    }
  }

  @Test
  void connectionThatDropsIsMadeAgainAndNothingIsToldTwice() throws IOException {
    // The target tells its clients to come by way of the relay.
    String relayed = "127.0.0.2";
    int port = freePort();
    ReportFile report = new ReportFile(directory.resolve("report.jsonl"));
    try (ForkedJvm target = start(Jdk.current(), port, relayed, List.of("ssl=false"), List.of());
        Relay relay = new Relay(relayed, LOOPBACK, port)) {
      target.send("leak 2");
      Distribution watch =
          report.watch(
              directory,
              List.of(
                  "--jmx-user=watcher",
                  "--jmx-password-file=" + shared.resolve("right"),
                  url(relayed, port)));
      Finding opened = report.await(finding -> stage(finding) == Stage.OPENED);
      assertThat(opened.count()).isEqualTo(2);
      relay.cut();
      watch.awaitLog("connection to " + url(relayed, port) + " lost: ");
      target.send("leak 2");
      relay.fix();
      watch.awaitLog("going on with 1 open finding");
      Finding grown = report.await(finding -> stage(finding) == Stage.GROWN);
      assertThat(grown.count()).isEqualTo(4);
      watch.process().destroy();
      assertThat(watch.await().err()).doesNotContain("\tat ");
      assertThat(report.findings()).filteredOn(f -> stage(f) == Stage.OPENED).hasSize(1);
    }
  }

  private void assertLeaksAreFound(ForkedJvm target, List<String> options, List<String> login) {
    target.send("leak 3");
    Distribution.Result result = watchOnce(options, login);
    LeakProfile profile = ProfileJsonReader.parse(result.out());
    assertThat(profile.findings()).as(result.err()).hasSize(1);
    assertThat(profile.findings().get(0).verdict()).isEqualTo(Verdict.LEAKED);
    assertThat(profile.findings().get(0).threads())
        .extracting(FoundThread::name)
        .containsOnly("on-demand")
        .hasSize(3);
  }

  private void assertRefused(String reason, List<String> options, List<String> login) {
    Distribution.Result result = watchOnce(options, login);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(4);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .contains("stranded: cannot connect to " + login.get(login.size() - 1) + ": ")
        .contains(reason);
  }

  private Distribution.Result watchOnce(List<String> options, List<String> login) {
    List<String> args =
        new ArrayList<>(
            List.of("watch", "--once", "--min-age=1s", "--format=json", "--dump-dir=" + directory));
    args.addAll(login);
    return Distribution.startWith(options, args.toArray(String[]::new)).await();
  }

  private static ForkedJvm startWithTls(Jdk jdk, int port) {
    return start(
        jdk,
        port,
        LOOPBACK,
        List.of("ssl=true", "registry.ssl=true", "ssl.need.client.auth=true"),
        stores());
  }

  private static ForkedJvm start(
      Jdk jdk, int port, String advertised, List<String> settings, List<String> options) {
    List<String> command = new ArrayList<>();
    List<String> all = new ArrayList<>(settings);
    all.addAll(
        List.of(
            "port=" + port,
            "rmi.port=" + port,
            "host=" + LOOPBACK,
            "password.file=" + shared.resolve("passwords"),
            "access.file=" + shared.resolve("access")));
    all.forEach(setting -> command.add("-Dcom.sun.management.jmxremote." + setting));
    command.add("-Djava.rmi.server.hostname=" + advertised);
    command.addAll(options);
    command.add(LeaksOnDemand.class.getName());
    return ForkedJvm.start(jdk, command);
  }

  /** Of either side: whom it trusts, then who it is. */
  private static List<String> stores() {
    String ssl = "-Djavax.net.ssl.";
    return List.of(
        ssl + "trustStore=" + shared.resolve("trust.p12"),
        ssl + "trustStorePassword=" + STORE_PASSWORD,
        ssl + "keyStore=" + shared.resolve("key.p12"),
        ssl + "keyStorePassword=" + STORE_PASSWORD);
  }

  private static List<String> login(String passwordFile, int port) {
    return List.of(
        "--jmx-user=watcher",
        "--jmx-password-file=" + shared.resolve(passwordFile),
        url(LOOPBACK, port));
  }

  private static String url(String host, int port) {
    return "service:jmx:rmi:///jndi/rmi://" + host + ":" + port + "/jmxrmi";
  }

  private static void keytool(String action, String store, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Jdk.current().tool("keytool"),
                action,
                "-noprompt",
                "-alias",
                "jmx",
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD,
                "-keystore",
                shared.resolve(store).toString()));
    command.addAll(List.of(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(printed).isZero();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
