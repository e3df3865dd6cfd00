package dev.tidings.infra.cli.doctor.bundle;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Tells which settings may be shown: of the others only the names are. */
final class SecretNames {
  private static final String KAFKA = "kafka.";
  private static final Pattern SECRET =
      Pattern.compile(
          "secret|password|passwd|passphrase|token|credential|jaas|authorization|user\\.?(info|name)"
              + "|api.?key|private|(^|[._-])(key|keys|auth|pin|hash)$",
          Pattern.CASE_INSENSITIVE);

  /** Those of Kafka's clients that are known and no passwords. */
  private static final Set<String> HARMLESS_OF_KAFKA =
      Stream.of(
              AdminClientConfig.configDef(), ConsumerConfig.configDef(), ProducerConfig.configDef())
          .map(ConfigDef::configKeys)
          .flatMap(keys -> keys.values().stream())
          .filter(key -> key.type != ConfigDef.Type.PASSWORD && !SECRET.matcher(key.name).find())
          .map(key -> key.name)
          .collect(Collectors.toUnmodifiableSet());

  static final String HIDDEN = "(hidden)";

  private SecretNames() {}

  /** Returns whether the value of a setting may be a secret. */
  static boolean isSecret(String name) {
    return name.startsWith(KAFKA)
        ? !HARMLESS_OF_KAFKA.contains(name.substring(KAFKA.length()))
        : SECRET.matcher(name).find();
  }

  /** Returns the settings with secrets hidden. */
  static Map<String, String> masked(Map<String, String> settings) {
    Map<String, String> masked = new TreeMap<>();
    settings.forEach(
        (name, value) -> masked.put(name, isSecret(name) && !value.isEmpty() ? HIDDEN : value));
    return masked;
  }
}
