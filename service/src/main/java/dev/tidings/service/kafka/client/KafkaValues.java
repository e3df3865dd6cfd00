package dev.tidings.service.kafka.client;

import dev.tidings.service.config.ConfigException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Looks at the operator's settings of Kafka before anything starts: a client would refuse a value
 * only when it is opened, one setting at a time, and what reads a setting before would fail with no
 * word of which it was. Settings that Kafka does not know are for its plug-ins, and accepted.
 */
final class KafkaValues {
  private static final Set<ConfigDef.Type> READ =
      EnumSet.of(
          ConfigDef.Type.BOOLEAN,
          ConfigDef.Type.SHORT,
          ConfigDef.Type.INT,
          ConfigDef.Type.LONG,
          ConfigDef.Type.DOUBLE,
          ConfigDef.Type.STRING);

  /** How a value begins that Kafka reads from elsewhere ({@code config.providers}). */
  private static final String ELSEWHERE = "${";

  private static final List<ConfigDef> CLIENTS =
      List.of(
          ProducerConfig.configDef(),
          ConsumerConfig.configDef(),
          AdminClientConfig.configDef(),
          StreamsConfig.configDef());

  private static final List<String> PREFIXES =
      List.of(
          StreamsConfig.MAIN_CONSUMER_PREFIX,
          StreamsConfig.RESTORE_CONSUMER_PREFIX,
          StreamsConfig.GLOBAL_CONSUMER_PREFIX,
          StreamsConfig.CONSUMER_PREFIX,
          StreamsConfig.PRODUCER_PREFIX,
          StreamsConfig.ADMIN_CLIENT_PREFIX);

  private KafkaValues() {}

  /**
   * Checks settings.
   *
   * @param given by Kafka's names
   * @param prefix what their names have in front in the configuration
   * @throws ConfigException if no client that knows a setting accepts its value; with all of them
   */
  static void check(Map<String, String> given, String prefix) {
    List<ConfigException> refused = new ArrayList<>();
    new TreeMap<>(given)
        .forEach((name, value) ->
            expected(name, value)
                .ifPresent(expected ->
                    refused.add(ConfigException.passedThrough(prefix + name, value, expected))));
    if (!refused.isEmpty()) {
      throw ConfigException.of(refused);
    }
  }

  private static Optional<String> expected(String name, String value) {
    String plain = withoutPrefix(name);
    List<ConfigKey> keys =
        CLIENTS.stream()
            .map(client -> client.configKeys().get(plain))
            .filter(key -> key != null && READ.contains(key.type))
            .toList();
    if (keys.isEmpty()
        || value.contains(ELSEWHERE)
        || keys.stream().anyMatch(key -> accepts(key, value))) {
      return Optional.empty();
    }
    return Optional.of(words(keys.getFirst()));
  }

  private static boolean accepts(ConfigKey key, String value) {
    try {
      Object read = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, read);
      }
      return true;
    } catch (org.apache.kafka.common.config.ConfigException e) {
      return false;
    }
  }

  private static String words(ConfigKey key) {
    String type =
        switch (key.type) {
          case BOOLEAN -> "true or false";
          case SHORT, INT, LONG -> "a whole number";
          case DOUBLE -> "a number";
          default -> "a word that Kafka knows";
        };
    return key.validator == null ? type : type + ": " + key.validator;
  }

  private static String withoutPrefix(String name) {
    return PREFIXES.stream()
        .filter(name::startsWith)
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }
}
