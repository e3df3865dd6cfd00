package dev.tidings.schemas.registry.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The registry's settings, under Confluent's property names ("Schema Registry client
 * configuration").
 *
 * @param urls {@code schema.registry.url}, comma separated: tried in turn; without a user and a
 *     password, so that they can be logged
 * @param authorization the {@code Authorization} header, from {@code basic.auth.credentials.source}
 *     and {@code basic.auth.user.info}, or from {@code bearer.auth.token}; null for none
 * @param tls whom to trust, from {@code schema.registry.ssl.truststore.location}; null for those
 *     that Java knows
 * @param autoRegister {@code auto.register.schemas}: whether a serializer registers a schema the
 *     registry does not have
 * @param retries {@code max.retries}
 * @param retryWait {@code retries.wait.ms}, doubled at each retry
 * @param maxRetryWait {@code retries.max.wait.ms}
 * @param requestTimeout {@code http.read.timeout.ms}
 */
public record RegistryConfig(
    List<URI> urls,
    @Nullable String authorization,
    @Nullable SSLContext tls,
    boolean autoRegister,
    int retries,
    Duration retryWait,
    Duration maxRetryWait,
    Duration requestTimeout) {

  public static final String URL = "schema.registry.url";
  public static final String AUTO_REGISTER = "auto.register.schemas";
  public static final String TRUST_STORE = RegistryTrust.FILE;

  /** The commas between URLs, but not those in a password. */
  private static final Pattern BETWEEN_URLS = Pattern.compile(",(?=\\s*https?://)");

  public static RegistryConfig of(Map<String, ?> properties) {
    String urls = text(properties, URL, "");
    if (urls.isBlank()) {
      throw new ConfigException(URL, urls, "a comma-separated list of http(s) URLs is required");
    }
    List<RegistryUrl> all =
        BETWEEN_URLS.splitAsStream(urls).map(String::strip).map(RegistryUrl::of).toList();
    return new RegistryConfig(
        all.stream().map(RegistryUrl::bare).toList(),
        authorization(properties, all),
        tls(properties),
        Boolean.parseBoolean(text(properties, AUTO_REGISTER, "true")),
        Math.toIntExact(number(properties, "max.retries", 3)),
        Duration.ofMillis(number(properties, "retries.wait.ms", 200)),
        Duration.ofMillis(number(properties, "retries.max.wait.ms", 5_000)),
        Duration.ofMillis(number(properties, "http.read.timeout.ms", 10_000)));
  }

  private static @Nullable SSLContext tls(Map<String, ?> properties) {
    String file = text(properties, RegistryTrust.FILE, "");
    return file.isEmpty()
        ? null
        : RegistryTrust.of(file, text(properties, RegistryTrust.PASSWORD, ""));
  }

  private static @Nullable String authorization(Map<String, ?> properties, List<RegistryUrl> urls) {
    String bearer = text(properties, "bearer.auth.token", "");
    if (!bearer.isEmpty()) {
      return "Bearer " + bearer;
    }
    String userInfo =
        switch (text(properties, "basic.auth.credentials.source", "URL")) {
          case "USER_INFO" ->
              text(
                  properties,
                  "basic.auth.user.info",
                  text(properties, "schema.registry.basic.auth.user.info", ""));
          case "URL" ->
              urls.stream().flatMap(url -> url.userInfo().stream()).findFirst().orElse("");
          case String other ->
              throw new ConfigException(
                  "basic.auth.credentials.source", other, "expected: USER_INFO or URL");
        };
    return userInfo.isEmpty()
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the settings without credentials. */
  @Override
  public String toString() {
    return "RegistryConfig" + urls;
  }

  private static String text(Map<String, ?> properties, String name, String byDefault) {
    Object value = properties.get(name);
    return value == null ? byDefault : value.toString();
  }

  private static long number(Map<String, ?> properties, String name, long byDefault) {
    String text = text(properties, name, Long.toString(byDefault));
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the common error message.
    }
    throw new ConfigException(name, text, "expected: a number >= 0");
  }
}
