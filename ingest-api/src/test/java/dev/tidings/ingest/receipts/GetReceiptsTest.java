package dev.tidings.ingest.receipts;

import static dev.tidings.ingest.receipts.FakeReceiptLog.APP;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.auth.provider.ProviderDirectory;
import dev.tidings.auth.provider.Providers;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.rest.ApiDocument;
import dev.tidings.ingest.testing.TestConnection;
import dev.tidings.net.limit.Rate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What requests for streams are answered. */
class GetReceiptsTest {
  private static final String KEY = "tid_a1_s3-cr_et";
  private static final String PATH = "/v1/receipts?app=";

  private final FakeReceiptLog log = new FakeReceiptLog(2);
  private final ReceiptsBench node =
      new ReceiptsBench(log, new ReceiptStreams.Bounds(3, 2, 2, 1, 1, 1 << 20));
  private final List<Response> answers = new ArrayList<>();
  private boolean closing;

  @AfterEach
  void close() throws Exception {
    node.close();
    log.close();
  }

  /** A team with one app and one key; another team has another app. */
  private static final class Keys implements ProviderDirectory {
    @Override
    public Optional<Key> key(String id) {
      return Optional.empty();
    }

    @Override
    public Optional<ApiKey> apiKey(String id) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.US_ASCII));
        return id.equals("a1")
            ? Optional.of(
                new ApiKey("team", ByteBuffer.wrap(hash), Optional.empty(), Optional.empty()))
            : Optional.empty();
      } catch (java.security.NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Optional<String> team(String app) {
      return switch (app) {
        case APP -> Optional.of("team");
        case "com.example.mail" -> Optional.of("others");
        default -> Optional.empty();
      };
    }

    @Override
    public boolean isComplete() {
      return true;
    }
  }

  private final class Client extends TestConnection implements Exchange {
    @Override
    public void respond(Response response) {
      answers.add(response);
    }

    @Override
    public Connection connection() {
      return this;
    }

    @Override
    public void goAway() {
      // Its next request comes on another connection.
    }
  }

  private Response ask(
      Optional<ProviderGate> gate, LimitRules rules, String path, String... fields) {
    Map<CharSequence, CharSequence> headers = new HashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      headers.put(fields[i], fields[i + 1]);
    }
    new GetReceipts(
            () -> node.streams, gate, new SendLimits(rules, System::nanoTime), () -> closing)
        .serve(Request.of("GET", path, headers.entrySet()), new Client());
    return answers.getLast();
  }

  private Response ask(String path, String... fields) {
    return ask(Optional.empty(), LimitRules.Fixed.NONE, path, fields);
  }

  private Response askWithKey(String app) {
    ProviderGate gate =
        new ProviderGate(
            new Providers(
                new Keys(),
                new AddressRefusals(System::nanoTime),
                InstantSource.system(),
                System::nanoTime));
    return ask(
        Optional.of(gate), LimitRules.Fixed.NONE, PATH + app, "authorization", "Bearer " + KEY);
  }

  private static int status(Response response) {
    return response.status().code();
  }

  private static String body(Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void a_stream_is_told_to_be_one_and_not_to_be_kept_or_held_back_by_proxies() {
    Response response = ask(PATH + APP);
    assertThat(response).isInstanceOf(StreamingResponse.class);
    List<String> fields = java.util.Arrays.stream(response.fields()).map(Object::toString).toList();
    assertThat(fields)
        .containsSequence("content-type", "text/event-stream")
        .containsSequence("cache-control", "no-cache, no-transform")
        .containsSequence("x-accel-buffering", "no");
  }

  @Test
  void what_is_wrong_with_a_request_is_said() {
    Map<String, String> wrong =
        Map.of(
            "/v1/receipts",
            "app",
            "/v1/receipts?app=",
            "app",
            PATH + "a%20b",
            "app",
            PATH + "%zz",
            "query",
            PATH + APP + "&after=42",
            "after",
            PATH + APP + "&since=yesterday",
            "since");
    wrong.forEach((path, field) -> {
      Response response = ask(path);
      assertThat(status(response)).as(path).isEqualTo(400);
      assertThat(body(response)).as(path).contains("\"detail\":\"" + field);
    });
    assertThat(status(ask(PATH + APP, "last-event-id", "42"))).isEqualTo(400);
    assertThat(node.streams.count()).isZero();
  }

  @Test
  void the_last_event_counts_more_than_the_query_which_clients_repeat() {
    String first = new Cursor(org.apache.kafka.common.Uuid.randomUuid(), new long[] {1, 1}).text();
    String last = new Cursor(org.apache.kafka.common.Uuid.randomUuid(), new long[] {2, 2}).text();
    Request head =
        Request.of(
            "GET",
            PATH + APP + "&after=" + first,
            Map.<CharSequence, CharSequence>of("Last-Event-ID", last).entrySet());

    assertThat(StreamQuery.of(head).from()).isNotNull().extracting(Cursor::text).isEqualTo(last);
  }

  @Test
  void an_unknown_app_and_another_teams_are_answered_alike() {
    assertThat(askWithKey(APP)).isInstanceOf(StreamingResponse.class);
    Response unknown = askWithKey("com.example.nothing");
    Response others = askWithKey("com.example.mail");
    assertThat(status(unknown)).isEqualTo(403);
    assertThat(body(others).replace("mail", "nothing")).isEqualTo(body(unknown));
    assertThat(status(others)).isEqualTo(403);
  }

  @Test
  void too_many_streams_or_requests_and_a_service_that_stops_are_refused() {
    ask(PATH + APP);
    ask(PATH + APP);
    Response third = ask(PATH + APP);
    assertThat(status(third)).isEqualTo(429);
    assertThat(body(third)).contains("\"limit\":\"streams of the team\"");
    assertThat(Arrays.toString(third.fields()))
        .contains("retry-after, 5, ratelimit, \"streams of the team\";r=0;t=5");
    LimitRules none = new LimitRules.Fixed(null, null, null, null, new Rate(1, 1));
    assertThat(status(ask(Optional.empty(), none, "/v1/receipts"))).isEqualTo(400);
    closing = true;
    assertThat(status(ask(PATH + APP))).isEqualTo(503);
  }

  @Test
  void the_limits_of_streams_that_answers_name_are_documented() throws IOException {
    JsonNode document = new ObjectMapper().readTree(ApiDocument.read());

    assertThat(document.at("/components/schemas/Problem/properties/limit/enum"))
        .extracting(JsonNode::asText)
        .containsAll(
            Arrays.stream(StreamPlaces.Full.values()).map(StreamPlaces.Full::text).toList());
  }
}
