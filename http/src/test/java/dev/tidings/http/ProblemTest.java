package dev.tidings.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 9457. */
class ProblemTest {
  private static String json(Problem problem) {
    return new String(problem.response().body(), StandardCharsets.UTF_8);
  }

  @Test
  void one_without_a_type_has_the_words_of_its_status() {
    Response response = Problem.of(HttpResponseStatus.NOT_FOUND, null).response();

    assertThat(response.status()).isEqualTo(HttpResponseStatus.NOT_FOUND);
    assertThat(response.fields()).containsExactly(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
    assertThat(new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}");
  }

  @Test
  void all_of_it_is_said_and_further_fields_with_it() {
    Map<String, String> extensions = new LinkedHashMap<>();
    extensions.put("value", "x");
    extensions.put("expected", "a \"number\"\n");
    Problem problem =
        new Problem(
            HttpResponseStatus.BAD_REQUEST,
            "https://example.com/problems/value",
            "Unusable value",
            "limit: x",
            extensions);

    assertThat(json(problem))
        .isEqualTo(
            "{\"type\":\"https://example.com/problems/value\",\"title\":\"Unusable value\","
                + "\"status\":400,\"detail\":\"limit: x\",\"value\":\"x\","
                + "\"expected\":\"a \\\"number\\\"\\u000a\"}");
    assertThat(problem.response(HttpHeaderNames.RETRY_AFTER, AsciiString.of("1")).fields())
        .endsWith(HttpHeaderNames.RETRY_AFTER, AsciiString.of("1"));
  }

  @Test
  void an_extension_may_not_be_called_as_a_member_that_is_defined() {
    Map<String, String> status = Map.of("status", "200");
    assertThatThrownBy(
            () -> new Problem(HttpResponseStatus.BAD_REQUEST, null, "title", null, status))
        .hasMessageContaining("status (expected: none of those that RFC 9457 defines)");
  }
}
