package io.stranded.endpoint;

import io.stranded.finding.FailureLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate with its chain and its private key, as PEM files have them. */
final class PemKeys {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);
  private static final byte[] SAMPLE = "stranded".getBytes(StandardCharsets.US_ASCII);
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private PemKeys() {}

  /**
   * What a server speaks TLS with.
   *
   * @throws IOException if a file cannot be read or has no such thing; one line
   */
  static SSLContext context(Path certificate, Path key) throws IOException {
    try {
      Certificate[] chain = chain(certificate);
      PrivateKey secret = key(key);
      requirePair(chain[0].getPublicKey(), secret);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("key", secret, new char[0], chain);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          certificate + ": does not go with " + key + ": " + FailureLine.of(e), e);
    }
  }

  /**
   * A key store takes any two; whoever connects would be told of a failed handshake, and we of
   * nothing.
   */
  private static void requirePair(PublicKey open, PrivateKey secret)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(signing(secret));
    signature.initSign(secret);
    signature.update(SAMPLE);
    byte[] signed = signature.sign();
    signature.initVerify(open);
    signature.update(SAMPLE);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("it is the key of another certificate");
    }
  }

  private static String signing(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  private static Certificate[] chain(Path file) throws IOException {
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .toArray(Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(file + ": has no certificate: " + FailureLine.of(e), e);
    }
    throw new IOException(file + ": has no certificate");
  }

  private static PrivateKey key(Path file) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IOException(
          file + ": has no BEGIN PRIVATE KEY: openssl pkcs8 -topk8 -nodes makes that of others");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // Perhaps it is of the next kind.
      } catch (GeneralSecurityException e) {
        throw new IOException(file + ": cannot be read: " + FailureLine.of(e), e);
      }
    }
    throw new IOException(file + ": is no key of RSA, EC or EdDSA");
  }
}
