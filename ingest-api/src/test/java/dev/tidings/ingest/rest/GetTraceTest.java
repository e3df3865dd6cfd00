package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.provider.ProviderDirectory;
import dev.tidings.auth.provider.Providers;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.testing.TestConnection;
import dev.tidings.net.limit.Rate;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GetTraceTest {
  private static final NodeSeal SEAL =
      new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f"));

  private final List<Response> responses = new ArrayList<>();
  private final TraceTurns turns = new TraceTurns(1, 1, 1);
  private final GetTrace operation =
      new GetTrace(
          Optional::empty,
          turns,
          () -> {
            throw new AssertionError("no other node is asked");
          },
          SEAL,
          Optional.empty(),
          SendLimits.none(),
          KnownPeers.bySealAlone());

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
      return new TestConnection();
    }

    @Override
    public void goAway() {
      throw new UnsupportedOperationException();
    }
  }

  /** Its seal is of keys that are not known here, or it asks nobody for credentials yet. */
  @Test
  void a_node_that_names_no_credential_is_told_to_ask_again_and_not_that_one_is_wrong() {
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
            SEAL,
            Optional.of(gate),
            SendLimits.none(),
            KnownPeers.bySealAlone());
    String id = NotificationId.random().value();
    Map.Entry<CharSequence, CharSequence> forwarded = Map.entry(GetTrace.FORWARDED, "BY_ID");
    Map.Entry<CharSequence, CharSequence> sealed =
        Map.entry(
            GetTrace.CREDENTIAL, new Caller(strange, "reads").tellCredential("api-key/A", id));

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

  @Test
  void only_what_a_node_has_sealed_counts_for_no_limit_of_whoever_sends_it() {
    GetTrace limited =
        new GetTrace(
            Optional::empty,
            turns,
            () -> {
              throw new AssertionError("no other node is asked");
            },
            SEAL,
            Optional.empty(),
            new SendLimits(new LimitRules.Fixed(null, null, null, null, new Rate(1, 1)), () -> 0),
            KnownPeers.bySealAlone());
    NotificationId id = NotificationId.random();
    String path = "/v1/notifications/" + id.value();
    Map.Entry<CharSequence, CharSequence> forwarded = Map.entry(GetTrace.FORWARDED, "BY_ID");
    Map.Entry<CharSequence, CharSequence> sealed =
        Map.entry(GetTrace.CALLER, new Caller(SEAL, "reads").tell(7, id));
    Map.Entry<CharSequence, CharSequence> ofAnother =
        Map.entry(GetTrace.CALLER, new Caller(SEAL, "reads").tell(7, NotificationId.random()));

    List<List<Map.Entry<CharSequence, CharSequence>>> requests =
        List.of(
            List.of(),
            List.of(),
            List.of(forwarded),
            List.of(forwarded, ofAnother),
            List.of(forwarded, sealed));
    for (List<Map.Entry<CharSequence, CharSequence>> fields : requests) {
      BodyReader reader = limited.serve(Request.of("GET", path, fields), new Recorder());
      reader.end();
    }

    assertThat(responses)
        .extracting(response -> response.status().code())
        .containsExactly(503, 429, 429, 429, 503);
  }

  /** Gateways add parameters of their own, and write these as they like. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "none, none",
        "'', none",
        "source=ci, none",
        "from=0123456789abcdef, 0123456789abcdef",
        "source=ci&from=0123456789abcdef&x, 0123456789abcdef",
        "from=%30123456789abcdef, 0123456789abcdef"
      })
  void the_mark_of_a_page_is_found_wherever_it_stands(String query, String mark) {
    assertThat(ReadablePage.from(query)).isEqualTo(mark);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=",
        "from=1",
        "from=0123456789abcdeg",
        "from=%zz",
        "x=1&from=0123456789abcdef&from=0123456789abcdef"
      })
  void what_is_no_mark_is_refused(String query) {
    operation
        .serve(
            Request.of(
                "GET", "/v1/notifications/" + NotificationId.random() + "?" + query, List.of()),
            new Recorder())
        .end();

    assertThat(responses.getFirst().status().code()).isEqualTo(400);
  }

  @AfterEach
  void close() {
    turns.close();
  }

  /** RFC 9110, section 15.5.6. */
  @Test
  void a_trace_is_read_and_whoever_tries_otherwise_is_told_how() {
    Router router = Router.builder(Problem.RESPONSES).add(operation).build();

    router.serve(Request.of("DELETE", "/v1/notifications/x", List.of()), new Recorder());

    Response response = responses.getFirst();
    assertThat(response.status().code()).isEqualTo(405);
    assertThat(response.fields())
        .containsSequence(HttpHeaderNames.ALLOW, AsciiString.of("GET, HEAD, OPTIONS"));
    assertThat(new String(response.body(), StandardCharsets.US_ASCII))
        .contains("\"status\":405", "(expected: GET, HEAD, OPTIONS)");
  }
}
