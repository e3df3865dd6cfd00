package dev.tidings.e2e;

import dev.tidings.infra.ports.Ports;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker that is reached by SASL_SSL alone, and lets nobody do what no ACL allows, except for its
 * super-user.
 */
final class ClosedBroker extends GenericContainer<ClosedBroker> {
  /** May do everything. */
  static final String SUPER = "super";

  private static final DockerImageName IMAGE = DockerImageName.parse("tidings/kafka:4.3.1");
  private static final String PEM = "/etc/kafka/broker.pem";
  private static final String CA = "/etc/kafka/ca.pem";
  private static final int PORT = 9094;

  private final int port = Ports.free();
  private final String authority;

  /**
   * Creates one whose users have their names as passwords.
   *
   * @param users besides the super-user
   */
  ClosedBroker(List<String> users) throws Exception {
    super(IMAGE);
    X509Bundle certificate =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=broker")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    authority = certificate.getCertificatePEM();
    addFixedExposedPort(port, PORT);
    withCopyToContainer(file(certificate.getPrivateKeyPEM() + "\n" + authority), PEM);
    withCopyToContainer(file(authority), CA);
    withEnv(settings(users));
    waitingFor(Wait.forLogMessage(".*Transitioning from RECOVERY to RUNNING.*", 1));
  }

  private static Transferable file(String text) {
    return Transferable.of(text.getBytes(StandardCharsets.US_ASCII), 0644);
  }

  private Map<String, String> settings(List<String> users) {
    String known =
        users.stream()
            .map(user -> " user_" + user + "=\"" + user + "\"")
            .collect(Collectors.joining());
    String listener = "KAFKA_LISTENER_NAME_CLOSED_";
    Map<String, String> settings = new HashMap<>();
    settings.put("KAFKA_NODE_ID", "1");
    settings.put("KAFKA_PROCESS_ROLES", "broker,controller");
    settings.put("KAFKA_LISTENERS", "CLOSED://:" + PORT + ",CONTROLLER://localhost:9093");
    settings.put("KAFKA_ADVERTISED_LISTENERS", "CLOSED://localhost:" + port);
    settings.put("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CLOSED:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("KAFKA_INTER_BROKER_LISTENER_NAME", "CLOSED");
    settings.put("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER");
    settings.put("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093");
    settings.put("KAFKA_SASL_MECHANISM_INTER_BROKER_PROTOCOL", "PLAIN");
    settings.put(listener + "SASL_ENABLED_MECHANISMS", "PLAIN");
    settings.put(
        listener + "PLAIN_SASL_JAAS_CONFIG",
        login(SUPER).replace(";", known + userOf(SUPER) + ";"));
    settings.put(listener + "SSL_KEYSTORE_TYPE", "PEM");
    settings.put(listener + "SSL_KEYSTORE_LOCATION", PEM);
    // The broker is a client of its own listener, and tries it at the start.
    settings.put(listener + "SSL_TRUSTSTORE_TYPE", "PEM");
    settings.put(listener + "SSL_TRUSTSTORE_LOCATION", CA);
    settings.put(
        "KAFKA_AUTHORIZER_CLASS_NAME", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's listener is the container's own.
    settings.put("KAFKA_SUPER_USERS", "User:" + SUPER + ";User:ANONYMOUS");
    settings.put("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    settings.put("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
    settings.put("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1");
    settings.put("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "1");
    settings.put("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1");
    settings.put("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1");
    settings.put("KAFKA_LOG_DIRS", "/tmp/kafka-logs");
    return settings;
  }

  private static String login(String user) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(user, user);
  }

  private static String userOf(String user) {
    return " user_" + user + "=\"" + user + "\"";
  }

  String bootstrapServers() {
    return "localhost:" + port;
  }

  /** What a client of this user needs. */
  Map<String, String> client(String user) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers(),
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        login(user),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.certificates",
        authority.replace("\n", " "));
  }
}
