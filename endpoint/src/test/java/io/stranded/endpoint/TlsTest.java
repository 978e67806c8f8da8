package io.stranded.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint over TLS, with keys that {@code keytool} has made. */
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path directory;
  private final FakeSidecar sidecar = new FakeSidecar();

  TlsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void whoTrustsTheCertificateIsAnsweredAndNobodyElse(String algorithm) throws Exception {
    KeyStore keys = keys("server", algorithm);
    try (Endpoint endpoint = serve(PemKeys.context(certificate(keys), key(keys)))) {
      assertThat(endpoint.url()).startsWith("https://127.0.0.1:");
      HttpClient knows = HttpClient.newBuilder().sslContext(trusting(keys)).build();
      HttpResponse<String> answer = get(knows, endpoint, "/metrics");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("stranded_targets 1.0");
      assertThat(answer.sslSession())
          .hasValueSatisfying(session -> assertThat(session.getProtocol()).startsWith("TLSv1."));
      assertThatThrownBy(() -> get(HttpClient.newHttpClient(), endpoint, "/metrics"))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void pageIsToldOfChangesOverTls() throws Exception {
    KeyStore keys = keys("server", "EC");
    try (Endpoint endpoint = serve(PemKeys.context(certificate(keys), key(keys)))) {
      HttpClient client = HttpClient.newBuilder().sslContext(trusting(keys)).build();
      HttpRequest asked = HttpRequest.newBuilder(at(endpoint, "/events")).build();
      try (InputStream body =
          client.send(asked, HttpResponse.BodyHandlers.ofInputStream()).body()) {
        assertThat(new String(body.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("retry:");
      }
    }
  }

  @Test
  void keyThatIsNoneIsToldInOneLine() throws Exception {
    Path certificate = certificate(keys("one", "EC"));
    assertThatThrownBy(() -> PemKeys.context(certificate, certificate))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(certificate + ": has no BEGIN PRIVATE KEY")
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void keyOfAnotherCertificateIsToldInOneLine(String algorithm) throws Exception {
    Path certificate = certificate(keys("one", "EC"));
    Path key = key(keys("other", algorithm));
    assertThatThrownBy(() -> PemKeys.context(certificate, key))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(certificate + ": does not go with " + key)
        .message()
        .hasLineCount(1);
  }

  private Endpoint serve(SSLContext context) throws IOException {
    return Endpoint.start(
        new EndpointConfig(ListenAddress.parse("0"), Access.ANYBODY, false, Optional.of(context)),
        new SidecarSite(sidecar, sidecar.findings, false),
        line -> {});
  }

  private static HttpResponse<String> get(HttpClient client, Endpoint endpoint, String path)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(at(endpoint, path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI at(Endpoint endpoint, String path) {
    return URI.create(endpoint.url()).resolve(path);
  }

  /** A key and its self-signed certificate. */
  private KeyStore keys(String name, String algorithm) throws Exception {
    Path file = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keyalg",
                    algorithm,
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  private Path certificate(KeyStore keys) throws Exception {
    String name = keys.aliases().nextElement();
    return pem(name + "-chain.pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
  }

  private Path key(KeyStore keys) throws Exception {
    String name = keys.aliases().nextElement();
    return pem(name + "-key.pem", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded());
  }

  private Path pem(String name, String what, byte[] encoded) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(encoded), what));
  }

  private static SSLContext trusting(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate(keys.aliases().nextElement()));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
