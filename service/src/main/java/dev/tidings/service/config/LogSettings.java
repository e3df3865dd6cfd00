package dev.tidings.service.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings that every service has: the log, the schema registry, and the service's own name. The
 * registry's settings have Confluent's names.
 */
public final class LogSettings {
  public static final Setting<Optional<String>> INSTANCE_ID =
      Setting.optionalText(
          "instance.id", "Name of this process in traces; by default host name and process id.");
  public static final Setting<Duration> START_TIMEOUT =
      Setting.duration(
          "start.timeout",
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          "How long to wait at start for the broker, its topics and the schema registry, and for"
              + " each step of restoring local state, which may take longer in all.");

  public static final Setting<Optional<String>> INSTALLATION_ID =
      Setting.optionalName(
          "installation.id",
          "Id of the installation this process belongs to, which the log keeps: with another it"
              + " does not start. By default whichever the log has; the first process sets it.");

  public static final Setting<Optional<String>> TOPIC_PREFIX =
      Setting.optionalName(
          "topic.prefix",
          "In front of the name of every topic, group and subject, the same in every service and"
              + " for topics create, so that several installations can share a cluster.");

  public static final Setting<Boolean> SKIP_CORRUPT =
      Setting.bool(
          "log.skip.corrupt",
          false,
          "Whether records of all other topics than deliveries that a broker gives back damaged are"
              + " passed over, one by one, and lost; else their partition waits.");

  private static final Setting<String> KAFKA =
      Setting.text("kafka.bootstrap.servers", "localhost:9092", "Brokers to start from.");
  private static final Setting<String> REGISTRY_URL =
      Setting.text(
          "schema.registry.url",
          "http://localhost:8081/apis/ccompat/v7",
          "Schema registries, separated by commas.");
  private static final Setting<String> REGISTRY_CREDENTIALS =
      Setting.text(
          "basic.auth.credentials.source",
          "URL",
          "Where the registry's user and password are: URL or USER_INFO.");
  private static final Setting<String> REGISTRY_USER =
      Setting.secret("basic.auth.user.info", "", "USER:PASSWORD for the registry.");
  private static final Setting<String> REGISTRY_TOKEN =
      Setting.secret("bearer.auth.token", "", "Bearer token for the registry.");
  private static final Setting<String> REGISTRY_TRUST =
      Setting.text(
          "schema.registry.ssl.truststore.location",
          "",
          "File with the authorities of the registry's certificate, in PEM or a key store; by"
              + " default those that Java knows.");
  private static final Setting<String> REGISTRY_TRUST_PASSWORD =
      Setting.secret(
          "schema.registry.ssl.truststore.password", "", "Password of that key store, if any.");
  private static final Setting<Boolean> REGISTRY_AUTO_REGISTER =
      Setting.bool(
          "auto.register.schemas", true, "Whether to register schemas the registry does not have.");

  /** What the names of Kafka's settings have in front. */
  public static final String KAFKA_PREFIX = "kafka.";

  /** All of these settings, and any other setting of Kafka's clients. */
  public static final Settings ALL = with(KafkaGuarantees.COMMON);

  private LogSettings() {}

  /**
   * Returns all of these settings, and any other setting of Kafka's clients.
   *
   * @param guarantees what an operator may not change of Kafka's settings in this service
   */
  public static Settings with(KafkaGuarantees guarantees) {
    return Settings.of(
            INSTANCE_ID,
            START_TIMEOUT,
            INSTALLATION_ID,
            TOPIC_PREFIX,
            SKIP_CORRUPT,
            KAFKA,
            REGISTRY_URL,
            REGISTRY_CREDENTIALS,
            REGISTRY_USER,
            REGISTRY_TOKEN,
            REGISTRY_TRUST,
            REGISTRY_TRUST_PASSWORD,
            REGISTRY_AUTO_REGISTER)
        .withPassThrough(
            KAFKA_PREFIX,
            "Any setting of Kafka's clients and of Kafka Streams, such as"
                + " kafka.security.protocol.",
            guarantees);
  }

  /** Returns the operator's settings of Kafka's clients, by Kafka's names. */
  public static Map<String, String> kafka(Config config) {
    return config.passThrough(KAFKA_PREFIX);
  }

  /** Returns the settings of the registry client, by Confluent's names. */
  public static Map<String, String> registry(Config config) {
    Map<String, String> properties = new LinkedHashMap<>();
    for (Setting<?> setting :
        List.of(
            REGISTRY_URL,
            REGISTRY_CREDENTIALS,
            REGISTRY_USER,
            REGISTRY_TOKEN,
            REGISTRY_TRUST,
            REGISTRY_TRUST_PASSWORD,
            REGISTRY_AUTO_REGISTER)) {
      properties.put(setting.name(), config.get(setting).toString());
    }
    return properties;
  }

  /** Returns the prefix of all topic, group and transactional names in the log. */
  public static String topicPrefix(Config config) {
    return config.get(TOPIC_PREFIX).orElse("");
  }
}
