package dev.tidings.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
  private static final PathTemplate ITEM = PathTemplate.of("/items/{id}");

  private final List<String> served = new ArrayList<>();
  private Response response;

  private HttpService named(String name) {
    return (request, exchange) -> {
      served.add(name);
      return BodyReader.DROPPED;
    };
  }

  private void ask(Router router, String method, String path) {
    served.clear();
    response = null;
    router.serve(Request.of(method, path, List.of()), new Recorder());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /items/1, read",
    "HEAD, /items/1, read",
    "DELETE, /items/1, remove",
    "GET, /items/new, new",
    "GET, /items/1/parts, parts",
    "GET, /items/1?from=2, read",
    "POST, /items, fallback",
    "GET, /items/, fallback",
    "GET, /items/1/parts/2, fallback",
  })
  void a_request_goes_to_the_operation_of_its_path_and_method(
      String method, String path, String operation) {
    Router router =
        Router.builder(Problem.RESPONSES)
            .route("GET", ITEM, named("read"))
            .route("DELETE", ITEM, named("remove"))
            .route("GET", PathTemplate.of("/items/new"), named("new"))
            .route("GET", PathTemplate.of("/items/{item}/parts"), named("parts"))
            .fallback(named("fallback"))
            .build();

    ask(router, method, path);

    assertThat(served).containsExactly(operation);
    assertThat(response).isNull();
  }

  @Test
  void an_operation_for_head_is_preferred_to_the_one_for_get() {
    Router router =
        Router.builder(Problem.RESPONSES)
            .route("GET", ITEM, named("get"))
            .route("HEAD", ITEM, named("head"))
            .build();

    ask(router, "HEAD", "/items/1");

    assertThat(served).containsExactly("head");
  }

  @Test
  void a_method_that_a_path_does_not_have_gets_405_and_those_it_has() {
    Router router =
        Router.builder(Problem.RESPONSES)
            .route("GET", ITEM, named("read"))
            .route("DELETE", ITEM, named("remove"))
            .build();

    ask(router, "POST", "/items/1");

    assertThat(served).isEmpty();
    assertThat(response.status()).isEqualTo(HttpResponseStatus.METHOD_NOT_ALLOWED);
    assertThat(Arrays.asList(response.fields()).toString())
        .contains(HttpHeaderNames.ALLOW + ", GET, DELETE, HEAD, OPTIONS");
    assertThat(new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Method Not"
                + " Allowed\",\"status\":405,\"detail\":\"method: not one of this path (expected:"
                + " GET, DELETE, HEAD, OPTIONS)\"}");
  }

  /** RFC 9110, section 9.3.7. */
  @Test
  void whoever_asks_for_the_methods_of_a_path_is_told_them() {
    Router router = Router.builder(Problem.RESPONSES).route("GET", ITEM, named("read")).build();

    ask(router, "OPTIONS", "/items/1");

    assertThat(served).isEmpty();
    assertThat(response.status()).isEqualTo(HttpResponseStatus.NO_CONTENT);
    assertThat(Arrays.asList(response.fields()).toString())
        .contains(HttpHeaderNames.ALLOW + ", GET, HEAD, OPTIONS");
  }

  @Test
  void who_tells_the_methods_of_a_path_may_tell_something_else() {
    Response other = Response.of(HttpResponseStatus.UNAUTHORIZED);
    List<HttpResponseStatus> answers = new ArrayList<>();
    Router router =
        Router.builder(Problem.RESPONSES)
            .route("GET", ITEM, named("read"))
            .answering((request, exchange, answer) -> {
              answers.add(answer.status());
              exchange.respond(other);
            })
            .build();

    for (String method : List.of("POST", "OPTIONS")) {
      ask(router, method, "/items/1");
      assertThat(response).isSameAs(other);
    }
    ask(router, "GET", "/items/1");
    assertThat(served).containsExactly("read");
    assertThat(answers)
        .containsExactly(HttpResponseStatus.METHOD_NOT_ALLOWED, HttpResponseStatus.NO_CONTENT);
  }

  @Test
  void methods_are_compared_as_they_are_written() {
    Router router = Router.builder(Problem.RESPONSES).route("GET", ITEM, named("read")).build();
    ask(router, "get", "/items/1");
    assertThat(response.status()).isEqualTo(HttpResponseStatus.METHOD_NOT_ALLOWED);
  }

  @Test
  void a_path_that_nobody_serves_gets_404() {
    Router router = Router.builder(Problem.RESPONSES).route("GET", ITEM, named("read")).build();

    ask(router, "GET", "/");

    assertThat(response.status()).isEqualTo(HttpResponseStatus.NOT_FOUND);
  }

  @Test
  void a_second_operation_for_the_same_is_refused() {
    Router.Builder builder = Router.builder(Problem.RESPONSES).route("GET", ITEM, named("read"));

    assertThatThrownBy(() -> builder.route("GET", PathTemplate.of("/items/{other}"), named("b")))
        .hasMessageContaining("GET /items/{other} (expected: one operation");
  }

  private final class Recorder implements Exchange {
    @Override
    public void respond(Response given) {
      response = given;
    }

    @Override
    public Connection connection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void goAway() {
      throw new UnsupportedOperationException();
    }
  }
}
