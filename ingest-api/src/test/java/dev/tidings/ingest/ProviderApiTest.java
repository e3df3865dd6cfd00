package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.rest.ApiDocument;
import dev.tidings.ingest.testing.ApiKeys;
import dev.tidings.ingest.testing.TestConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no operation serves. */
class ProviderApiTest {
  private final ApiKeys keys = new ApiKeys();
  private final String key = keys.add("KEY0000001", "A", null);

  private static final class Client extends TestConnection implements Exchange {
    private @Nullable Response response;

    @Override
    public void respond(Response answer) {
      response = answer;
    }

    @Override
    public Connection connection() {
      return this;
    }

    @Override
    public void goAway() {
      // Its next request comes on another connection.
    }

    @Override
    public void admit() {
      // It had no bound.
    }
  }

  private static Response ask(
      Optional<ProviderGate> gate, String method, String path, @Nullable String key) {
    Router router =
        Router.builder(new ProviderErrors())
            .answering(ProviderApi.answering(gate))
            .fallback(
                ProviderApi.without(
                    (request, exchange) -> {
                      throw new AssertionError("below /v1/ nobody else answers");
                    },
                    gate))
            .add(new ApiDocument())
            .route(
                "GET",
                PathTemplate.of("/v1/receipts"),
                (request, exchange) -> {
                  throw new AssertionError("no operation is asked for");
                })
            .route(
                "GET",
                PathTemplate.of("/nodes/accepted"),
                (request, exchange) -> BodyReader.DROPPED)
            .build();
    Client client = new Client();
    router.serve(
        Request.of(
            method,
            path,
            key == null
                ? List.of()
                : List.of(Map.<CharSequence, CharSequence>entry("authorization", "Bearer " + key))),
        client);
    Response response = client.response;
    assertThat(response).isNotNull();
    return response;
  }

  private static String text(Response response) {
    return response.status().code()
        + " "
        + List.of(response.fields())
        + new String(response.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/nothing, 404",
    "GET, /v1, 404",
    "POST, /v1/receipts, 405",
    "OPTIONS, /v1/receipts, 204",
  })
  void who_has_no_credential_is_not_told_which_paths_and_methods_there_are(
      String method, String path, int status) {
    Optional<ProviderGate> gate = Optional.of(keys.gate());
    String stranger = text(ask(gate, method, path, null));
    assertThat(stranger).startsWith("401 ").contains("www-authenticate", "\"status\":401");
    assertThat(stranger).doesNotContain("allow");
    assertThat(text(ask(gate, method, path, key + "x"))).startsWith("401 ");

    assertThat(text(ask(gate, method, path, key))).startsWith(status + " ");
    assertThat(text(ask(Optional.empty(), method, path, null))).startsWith(status + " ");
  }

  @Test
  void elsewhere_a_stranger_is_refused_in_apples_words_and_the_document_is_for_everybody() {
    Optional<ProviderGate> gate = Optional.of(keys.gate());

    assertThat(text(ask(gate, "POST", "/nodes/accepted", null)))
        .startsWith("403 ")
        .contains("MissingProviderToken");
    assertThat(text(ask(gate, "POST", "/openapi.json", null))).startsWith("405 ");
    assertThat(text(ask(gate, "GET", "/openapi.json", null))).startsWith("200 ");
  }
}
