package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.provider.ProviderDirectory;
import dev.tidings.auth.provider.Providers;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.apns.push.ApnsErrors;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GetTraceTest {
  private final List<Response> responses = new ArrayList<>();
  private final TraceTurns turns = new TraceTurns(1, 1, 1);
  private final GetTrace operation =
      new GetTrace(
          Optional::empty,
          turns,
          () -> {
            throw new AssertionError("no other node is asked");
          },
          new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f")),
          Optional.empty(),
          SendLimits.none());

  /** Nobody's. */
  private static final class NoKeys implements ProviderDirectory {
    @Override
    public Optional<Key> key(String id) {
      return Optional.empty();
    }

    @Override
    public Optional<ApiKey> apiKey(String id) {
      return Optional.empty();
    }

    @Override
    public Optional<String> team(String app) {
      return Optional.empty();
    }

    @Override
    public boolean isComplete() {
      return true;
    }
  }

  private final class Recorder implements Exchange {
    @Override
    public void respond(Response response) {
      responses.add(response);
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

  /** Its seal is of keys that are not known here, or it asks nobody for credentials yet. */
  @Test
  void a_node_that_names_no_credential_is_told_to_ask_again_and_not_that_one_is_wrong() {
    NodeSeal seal = new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f"));
    NodeSeal strange = new NodeSeal(TokenKeys.parse("2:0f0e0d0c0b0a09080706050403020100"));
    ProviderGate gate =
        new ProviderGate(
            new Providers(
                new NoKeys(),
                new AddressRefusals(System::nanoTime),
                InstantSource.system(),
                System::nanoTime));
    GetTrace closed =
        new GetTrace(
            Optional::empty,
            turns,
            () -> {
              throw new AssertionError("no other node is asked");
            },
            seal,
            Optional.of(gate),
            SendLimits.none());
    String id = NotificationId.random().value();
    Map.Entry<CharSequence, CharSequence> forwarded = Map.entry(GetTrace.FORWARDED, "BY_ID");
    Map.Entry<CharSequence, CharSequence> sealed =
        Map.entry(GetTrace.CREDENTIAL, new Caller(strange).tellCredential("api-key/A", id));

    closed.serve(Request.of("GET", "/v1/notifications/" + id, List.of(forwarded)), new Recorder());
    closed.serve(
        Request.of("GET", "/v1/notifications/" + id, List.of(forwarded, sealed)), new Recorder());

    assertThat(responses)
        .hasSize(2)
        .allSatisfy(response -> {
          assertThat(response.status().code()).isEqualTo(503);
          assertThat(response.fields()).contains(HttpHeaderNames.RETRY_AFTER);
        });
  }

  @AfterEach
  void close() {
    turns.close();
  }

  /** RFC 9110, section 15.5.6. */
  @Test
  void a_trace_is_read_and_whoever_tries_otherwise_is_told_how() {
    Router router = Router.builder(new ApnsErrors()).add(operation).build();

    router.serve(Request.of("DELETE", "/v1/notifications/x", List.of()), new Recorder());

    Response response = responses.getFirst();
    assertThat(response.status().code()).isEqualTo(405);
    assertThat(response.fields())
        .containsSequence(HttpHeaderNames.ALLOW, AsciiString.of("GET, HEAD"));
    assertThat(new String(response.body(), StandardCharsets.US_ASCII))
        .isEqualTo("{\"reason\":\"MethodNotAllowed\",\"message\":\"expected: GET\"}");
  }
}
