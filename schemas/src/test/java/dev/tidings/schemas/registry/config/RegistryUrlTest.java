package dev.tidings.schemas.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryUrlTest {
  private static RegistryConfig of(String urls) {
    return RegistryConfig.of(Map.of(RegistryConfig.URL, urls));
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "http://me:secret@registry:8081/apis, me:secret",
    "http://me:s%40%2Fcr%25et@registry:8081/apis/, me:s@/cr%et",
    "http://me:s@e/c#r%t+@registry:8081/apis, me:s@e/c#r%t+",
    "'http://me:se,cr,et@registry:8081/apis', 'me:se,cr,et'",
  })
  void a_password_in_the_url_authorizes_and_is_in_no_text(String url, String userInfo) {
    RegistryConfig config = of(url);

    assertThat(config.authorization()).isEqualTo(basic(userInfo));
    assertThat(config.urls()).hasToString("[http://registry:8081/apis]");
    assertThat(config.toString()).doesNotContain("me", basic(userInfo));
  }

  @Test
  void whichever_of_several_urls_has_it() {
    RegistryConfig config = of("http://one:8081, http://me:secret@two:8081");

    assertThat(config.authorization()).isEqualTo(basic("me:secret"));
    assertThat(config.urls()).hasToString("[http://one:8081, http://two:8081]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://one:8081,two:8082", "http://one:8081,", "http://", ","})
  void what_is_no_list_of_urls_is_refused(String urls) {
    assertThatThrownBy(() -> of(urls)).hasMessageContaining("expected: an http(s) URL");
  }

  @ParameterizedTest
  @CsvSource({"ftp://me:secret@registry", "me:secret@registry", "http://me:secret@a b"})
  void a_refusal_does_not_tell_the_password(String url) {
    assertThatThrownBy(() -> of(url))
        .hasMessageContaining("schema.registry.url")
        .hasMessageNotContaining("secret");
  }
}
