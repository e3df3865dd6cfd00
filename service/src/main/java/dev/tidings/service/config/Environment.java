package dev.tidings.service.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads settings from environment variables: {@code http.port} is {@code TIDINGS_HTTP_PORT}, and
 * {@code TIDINGS_KAFKA_BOOTSTRAP_SERVERS} is {@code kafka.bootstrap.servers} where {@code kafka.}
 * is passed through. A secret may be in a file that {@code TIDINGS_TOKEN_KEYS_FILE} names, Kafka's
 * too ({@code TIDINGS_KAFKA_SASL_JAAS_CONFIG_FILE}).
 *
 * <p>An unknown variable is an error only if its name resembles that of a setting: several services
 * share one environment, and orchestrators add variables of their own. Variables that Kubernetes
 * creates for a Service called {@code tidings-…} are never read as settings, even if the name is
 * that of one, such as {@code TIDINGS_MQTT_PORT}.
 */
final class Environment {

  private static final String PREFIX = "TIDINGS_";

  /** Variables of the launcher and of logging, which are not settings of a service. */
  private static final List<String> OTHERS =
      List.of(
          "TIDINGS_HOME",
          "TIDINGS_JAVA_OPTS",
          "TIDINGS_LOG_LEVEL",
          "TIDINGS_LOG_FORMAT",
          "TIDINGS_DEBUG");

  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          ".*_SERVICE_HOST|.*_SERVICE_PORT(_.+)?|.*_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
  private static final Pattern SERVICE_LINK_URL = Pattern.compile("(tcp|udp|sctp)://.+:\\d+");

  /** Suffix of a variable that names a file with the value, as containers receive secrets. */
  private static final String FROM_FILE = "_FILE";

  /** How the names of Kafka's settings end whose values are secrets. */
  private static final List<String> PASSED_THROUGH_SECRETS =
      List.of("SASL_JAAS_CONFIG", "_PASSWORD", "_PASSPHRASE", "_CLIENT_SECRET", "SSL_KEYSTORE_KEY");

  private static final int SLIP_OF_THE_PEN = 2;

  static String variable(String name) {
    return PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * Returns the settings that the environment contains.
   *
   * @param problems receives a line for each file that is named and cannot be read
   */
  static Map<String, String> values(
      Settings settings, Map<String, String> environment, List<String> problems) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String prefix : settings.prefixes()) {
      String start = variable(prefix);
      environment.forEach((variable, value) -> {
        if (variable.startsWith(start)
            && variable.length() > start.length()
            && !isServiceLink(variable, value)) {
          String name = variable.substring(start.length());
          if (isSecretInFile(name)) {
            read(variable, value, problems)
                .ifPresent(text -> values.put(prefix + key(withoutFile(name)), text.strip()));
          } else {
            values.put(prefix + key(name), value);
          }
        }
      });
    }
    // A declared setting takes precedence over a passed-through prefix.
    Set<String> declared =
        settings.all().stream().map(s -> variable(s.name())).collect(Collectors.toSet());
    values.keySet().removeIf(key -> declared.contains(variable(key)));
    for (Setting<?> setting : settings.all()) {
      String variable = variable(setting.name());
      String value = environment.get(variable);
      if (value != null && !isServiceLink(variable, value)) {
        values.put(setting.name(), value);
      }
      String file = environment.get(variable + FROM_FILE);
      if (file != null && setting.isSecret()) {
        read(variable + FROM_FILE, file, problems)
            .ifPresent(text -> values.put(setting.name(), text));
      }
    }
    return values;
  }

  /** Returns whether the rest of a passed-through name says that its value is a secret's file. */
  private static boolean isSecretInFile(String name) {
    return name.endsWith(FROM_FILE)
        && PASSED_THROUGH_SECRETS.stream().anyMatch(withoutFile(name)::endsWith);
  }

  private static String withoutFile(String name) {
    return name.substring(0, name.length() - FROM_FILE.length());
  }

  private static Optional<String> read(String variable, String file, List<String> problems) {
    try {
      return Optional.of(Files.readString(Path.of(file)));
    } catch (IOException | InvalidPathException e) {
      problems.add(Problems.line(variable, file, "a readable file"));
      return Optional.empty();
    }
  }

  /** Returns whether Kubernetes created the variable for a Service of the same namespace. */
  private static boolean isServiceLink(String variable, String value) {
    return SERVICE_LINK.matcher(variable).matches() || SERVICE_LINK_URL.matcher(value).matches();
  }

  /**
   * Returns a line for each unknown variable whose name differs from that of a setting by one or
   * two letters.
   */
  static List<String> misspelt(Settings settings, Map<String, String> environment) {
    List<String> known =
        Stream.concat(
                settings.all().stream()
                    .map(s -> variable(s.name()))
                    .flatMap(name -> Stream.of(name, name + FROM_FILE)),
                OTHERS.stream())
            .toList();
    return environment.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(PREFIX))
        .filter(entry -> !known.contains(entry.getKey()))
        .filter(entry -> !isServiceLink(entry.getKey(), entry.getValue()))
        .flatMap(entry ->
            known.stream()
                .filter(name -> Spelling.distance(entry.getKey(), name) <= SLIP_OF_THE_PEN)
                .limit(1)
                .map(name ->
                    entry.getKey() + ": unknown environment variable (did you mean " + name + "?)"))
        .sorted()
        .toList();
  }

  private static String key(String rest) {
    return rest.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private Environment() {}
}
