package io.stranded.kafka;

import io.stranded.finding.FailureLine;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Why nothing can be sent or read just now.
 *
 * @param kind what sort of problem; the user is told again only when it changes
 * @param line one line for the user, without secrets
 */
public record KafkaProblem(Kind kind, String line) {
  /** Sorts of problems. */
  public enum Kind {
    UNREACHABLE(false),
    AUTHENTICATION(true),
    TLS(true),
    AUTHORIZATION(true),
    TOPIC(true),
    CONFIGURATION(true),
    DISK(false),
    OTHER(false);

    private final boolean needsUser;

    Kind(boolean needsUser) {
      this.needsUser = needsUser;
    }
  }

  /** Whether it will not pass by waiting: somebody must change a setting or grant a right. */
  public boolean needsUser() {
    return kind.needsUser;
  }

  /** The line for somebody who does not give up. */
  public String whileTrying() {
    return needsUser() ? line : line + ", trying on";
  }

  /**
   * The problem that an exception of a Kafka client tells of. Where there was no answer, this looks
   * whether only one side speaks TLS, which takes a connection.
   *
   * @param properties what the client was made with
   */
  public static KafkaProblem of(Throwable thrown, Map<String, Object> properties, String topic) {
    String servers = String.valueOf(properties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    KafkaProblem problem = of(thrown, servers, topic);
    if (problem.kind != Kind.UNREACHABLE) {
      return problem;
    }
    String protocol =
        properties
            .getOrDefault(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL)
            .toString();
    boolean plaintext = protocol.endsWith("PLAINTEXT");
    TlsProbe probe = TlsProbe.of(servers);
    if (plaintext && probe.answer() == TlsProbe.Answer.TLS) {
      return new KafkaProblem(
          Kind.TLS, probe.address() + " speaks TLS: set security.protocol to SSL or SASL_SSL");
    }
    if (!plaintext && probe.answer() == TlsProbe.Answer.NO_TLS) {
      // Not certain: a load balancer without a broker behind it hangs up in the same way.
      return new KafkaProblem(
          Kind.UNREACHABLE,
          problem.line + "; it takes connections but no TLS, is security.protocol right?");
    }
    if (probe.answer() != TlsProbe.Answer.UNREACHABLE && !protocol.startsWith("SASL_")) {
      return SaslProbe.mechanisms(probe.address(), !plaintext)
          .map(mechanisms -> credentialsMissing(probe.address(), protocol, mechanisms))
          .orElse(problem);
    }
    return problem;
  }

  private static KafkaProblem credentialsMissing(
      String address, String protocol, String mechanisms) {
    return new KafkaProblem(
        Kind.AUTHENTICATION,
        "%s wants to know who we are (SASL: %s): set security.protocol to SASL_%s, sasl.mechanism and sasl.jaas.config"
            .formatted(address, mechanisms, protocol));
  }

  private static KafkaProblem of(Throwable thrown, String bootstrapServers, String topic) {
    Throwable e = unwrapped(thrown);
    if (e instanceof ConfigException) {
      return configuration(e, bootstrapServers);
    }
    if (e instanceof SslAuthenticationException) {
      return tls(message(root(e)), bootstrapServers);
    }
    if (e instanceof AuthenticationException) {
      return new KafkaProblem(
          Kind.AUTHENTICATION,
          "%s refused to authenticate us (%s): check sasl.mechanism and sasl.jaas.config"
              .formatted(bootstrapServers, message(e)));
    }
    if (e instanceof TopicAuthorizationException || e instanceof ClusterAuthorizationException) {
      return new KafkaProblem(
          Kind.AUTHORIZATION,
          "no permission on topic %s: writing needs the ACL operations Write and Describe,"
                  .formatted(topic)
              + " creating it Create, reading it Read");
    }
    if (e instanceof UnknownTopicOrPartitionException) {
      return new KafkaProblem(
          Kind.TOPIC,
          "topic %s does not exist; create it with: %s"
              .formatted(topic, NewTopicPlan.BROKER_DEFAULTS.command(bootstrapServers, topic)));
    }
    if (e instanceof InvalidTopicException
        || e instanceof InvalidReplicationFactorException
        || e instanceof PolicyViolationException) {
      return new KafkaProblem(
          Kind.TOPIC,
          "topic %s cannot be created (%s); create it with: %s"
              .formatted(
                  topic,
                  message(e),
                  NewTopicPlan.BROKER_DEFAULTS.command(bootstrapServers, topic)));
    }
    if (e instanceof TimeoutException
        || e instanceof DisconnectException
        || e instanceof RetriableException) {
      return new KafkaProblem(Kind.UNREACHABLE, "no answer from " + bootstrapServers);
    }
    if (isConstruction(thrown)) {
      return new KafkaProblem(
          Kind.CONFIGURATION, "Kafka client: " + construction(message(root(thrown))));
    }
    return new KafkaProblem(Kind.OTHER, e.getClass().getSimpleName() + ": " + message(e));
  }

  private static KafkaProblem tls(String reason, String bootstrapServers) {
    // Java has no exception of its own for it.
    boolean otherHost =
        reason.startsWith("No subject alternative") || reason.startsWith("No name matching");
    String line =
        otherHost
            ? "the certificate of %s is that of another host (%s): name the brokers as it does"
            : "TLS handshake with %s failed (%s): check security.protocol and ssl.truststore.*";
    return new KafkaProblem(Kind.TLS, line.formatted(bootstrapServers, reason));
  }

  private static KafkaProblem configuration(Throwable e, String bootstrapServers) {
    if (message(e).contains("No resolvable bootstrap")) {
      return new KafkaProblem(
          Kind.UNREACHABLE, "no host of " + bootstrapServers + " can be resolved");
    }
    // Kafka's text repeats the value, which may be a secret.
    String text = message(e).replaceFirst("(?s)Invalid value .* for configuration ", "");
    return new KafkaProblem(Kind.CONFIGURATION, "Kafka client: " + text);
  }

  /** Why a client cannot be made, with the setting where Kafka does not name it. */
  private static String construction(String text) {
    if (text.contains("'KafkaClient' entry")) {
      return "sasl.jaas.config is missing";
    }
    // What it quotes of the setting may be a secret.
    return text.contains("JAAS") ? "sasl.jaas.config: " + text.replaceAll("'[^']*'", "'…'") : text;
  }

  /** Down to the exception that says what happened, through those that only say where. */
  private static Throwable unwrapped(Throwable thrown) {
    Throwable e = thrown;
    while (e.getCause() != null
        && (e instanceof ExecutionException
            || e instanceof CompletionException
            || isConstruction(e))) {
      e = e.getCause();
    }
    return e;
  }

  private static boolean isConstruction(Throwable e) {
    return e.getClass() == KafkaException.class && e.getCause() != null;
  }

  private static Throwable root(Throwable thrown) {
    Throwable e = thrown;
    while (e.getCause() != null) {
      e = e.getCause();
    }
    return e;
  }

  private static String message(Throwable e) {
    return e instanceof NoSuchFileException ? "no such file: " + e.getMessage() : FailureLine.of(e);
  }
}
