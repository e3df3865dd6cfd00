package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of the two interfaces of a provider port has its own errors, also where no service is. */
class ProviderErrorsTest {
  private final ErrorResponses errors = new ProviderErrors();

  private static String text(Response response) {
    return Stream.of(response.fields()).skip(1).findFirst().orElseThrow()
        + " "
        + new String(response.body(), StandardCharsets.UTF_8);
  }

  private static List<Response> all(ErrorResponses errors) {
    return List.of(
        errors.malformed(HttpResponseStatus.BAD_REQUEST),
        errors.malformed(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
        errors.failed(),
        errors.notFound(),
        errors.methodNotAllowed(List.of("GET", "HEAD")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/v1/", "/v1/notifications", "/v1/nothing", "/openapi.json"})
  void below_v1_each_is_a_problem_that_says_what_was_expected(String path) {
    assertThat(all(errors.at(path)))
        .extracting(ProviderErrorsTest::text)
        .allSatisfy(text ->
            assertThat(text)
                .startsWith("application/problem+json {\"type\":\"about:blank\",\"title\":")
                .contains("\"status\":", "\"detail\":")
                .doesNotContain("reason"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/3/device/00", "/", "/v11/notifications", "/1/apps/x/channels"})
  void elsewhere_each_has_a_reason_as_apples_have(String path) {
    ErrorResponses apns = errors.at(path);

    assertThat(
            List.of(
                apns.malformed(HttpResponseStatus.BAD_REQUEST),
                apns.failed(),
                apns.methodNotAllowed(List.of("POST"))))
        .extracting(ProviderErrorsTest::text)
        .allSatisfy(text -> assertThat(text).startsWith("application/json {\"reason\":\""));
  }

  @Test
  void a_request_whose_path_is_unknown_is_answered_for_clients_of_both() {
    assertThat(text(errors.at(null).malformed(HttpResponseStatus.REQUEST_URI_TOO_LONG)))
        .isEqualTo(
            "application/problem+json {\"type\":\"about:blank\",\"title\":\"Request-URI Too"
                + " Long\",\"status\":414,\"detail\":\"request line: too long (expected: at most"
                + " 4096 bytes)\",\"reason\":\"RequestURITooLong\"}");
  }
}
