package dev.tidings.schemas.registry.config;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * The address of a registry.
 *
 * @param bare its URL without user and password, which must not appear in messages
 * @param userInfo user and password, if the URL contains them
 */
record RegistryUrl(URI bare, Optional<String> userInfo) {

  /**
   * Parses a URL. Everything before its last {@code @} is user and password, even if characters
   * with a meaning in URLs are not escaped in them.
   */
  static RegistryUrl of(String url) {
    String trimmed = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    int begin = trimmed.indexOf("://") + 3;
    int at = trimmed.lastIndexOf('@');
    boolean secret = at >= begin;
    String shown = secret ? trimmed.substring(0, begin) + trimmed.substring(at + 1) : trimmed;
    if (!shown.startsWith("http://") && !shown.startsWith("https://")) {
      throw refused(secret ? "(hidden)" + trimmed.substring(at) : trimmed);
    }
    try {
      URI bare = URI.create(shown);
      if (bare.getRawAuthority() == null || bare.getRawAuthority().contains(",")) {
        throw refused(shown);
      }
      return new RegistryUrl(
          bare, secret ? Optional.of(decoded(trimmed.substring(begin, at))) : Optional.empty());
    } catch (IllegalArgumentException e) {
      throw refused(shown);
    }
  }

  private static ConfigException refused(String shown) {
    return new ConfigException(RegistryConfig.URL, shown, "expected: an http(s) URL");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // A percent sign that is not an escape.
      return text;
    }
  }

  @Override
  public String toString() {
    return bare.toString();
  }
}
