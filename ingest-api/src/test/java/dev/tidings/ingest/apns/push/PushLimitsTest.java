package dev.tidings.ingest.apns.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.accept.FixedProducer;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.apns.request.RequestCheck;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.testing.TestConnection;
import dev.tidings.net.limit.Rate;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.JsonPayload;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a provider that sends too much is told, and what it costs.
 *
 * <p>Shows G4 of docs/guarantees.md.
 */
class PushLimitsTest {
  private static final TokenKeys KEYS = TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f");
  private static final AppId APP = new AppId("com.example.news");
  private static final String ID = "0f0e0d0c-0b0a-4908-8706-050403020100";
  private static final String REFUSED = "{\"reason\":\"TooManyRequests\"}";

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final BodyMemory bodies = new BodyMemory(1 << 20);
  private final InFlight inFlight = new InFlight(10);
  private final List<Response> answers = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();

  @AfterEach
  void close() {
    schemas.close();
    registry.close();
  }

  private PushService service(LimitRules rules) {
    return new PushService(
        new PushPipeline(
            new RequestCheck(
                new TokenCheck(KEYS), token -> OptionalLong.empty(), InstantSource.system()),
            bodies,
            new JsonPayload(),
            new NotificationLog(
                new FixedProducer(producer),
                inFlight,
                "tidings.notifications",
                schemas,
                "test",
                InstantSource.system()),
            new PushMeters(meters)),
        () -> false,
        Optional.empty(),
        new SendLimits(rules, now::get));
  }

  private static LimitRules limits(@Nullable Rate token, @Nullable Rate address) {
    return new LimitRules.Fixed(null, null, null, token, address);
  }

  private final class Answering extends TestConnection implements Exchange {
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
      throw new AssertionError("a limit is no reason to close a connection");
    }
  }

  /** Sends a request in two parts; returns how much of it is kept before the second. */
  private long send(PushService service, String path) {
    BodyReader reader =
        service.serve(
            Request.of(
                "POST",
                path,
                List.of(Map.entry("apns-topic", APP.value()), Map.entry("apns-id", ID))),
            new Answering());
    reader.part(Unpooled.copiedBuffer("{\"a\":", UTF_8), false);
    long kept = bodies.taken();
    reader.part(Unpooled.copiedBuffer("1}", UTF_8), true);
    reader.end();
    return kept;
  }

  private static String path(String device) {
    return "/3/device/" + new TokenMint(KEYS).mint(new DeviceId(device), APP, 0).hex();
  }

  private static Map<String, String> fields(Response response) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < response.fields().length; i += 2) {
      fields.put(response.fields()[i].toString(), response.fields()[i + 1].toString());
    }
    return fields;
  }

  private void assertRefused(Response response, String limit, String quota) {
    assertThat(response.status().code()).isEqualTo(429);
    assertThat(new String(response.body(), UTF_8)).isEqualTo(REFUSED);
    assertThat(fields(response))
        .containsEntry("apns-id", ID)
        .containsKey("apns-unique-id")
        .containsEntry("retry-after", "1")
        .containsEntry("ratelimit", '"' + limit + "\";r=0;t=1")
        .containsEntry("ratelimit-policy", '"' + limit + "\";" + quota);
  }

  @Test
  void too_many_to_one_token_are_refused_in_apples_words_and_others_are_not() {
    PushService service = service(limits(new Rate(2, 5), null));
    for (int i = 0; i < 10; i++) {
      send(service, path("phone"));
    }
    assertThat(answers).allMatch(answer -> answer.status().code() == 200).hasSize(10);

    assertThat(send(service, path("phone"))).isZero();

    assertRefused(answers.getLast(), "token", "q=10;w=5");
    assertThat(producer.history()).hasSize(10);
    assertThat(inFlight.count()).isZero();
    assertThat(
            meters.get("tidings.ingest.refused").tag("reason", "TooManyRequests").counter().count())
        .isEqualTo(1);
    send(service, path("tablet"));
    assertThat(answers.getLast().status().code()).isEqualTo(200);
    now.addAndGet(500_000_000);
    send(service, path("phone"));
    assertThat(answers.getLast().status().code()).isEqualTo(200);
  }

  /** It costs less than finding out what is wrong with it. */
  @Test
  void too_many_from_one_address_are_refused_before_anything_of_them_is_looked_at() {
    PushService service = service(limits(null, new Rate(1, 1)));
    send(service, "/nowhere");
    assertThat(answers.getLast().status().code()).isEqualTo(404);

    assertThat(send(service, "/nowhere")).isZero();

    assertRefused(answers.getLast(), "address", "q=1;w=1");
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void what_is_wrong_counts_for_no_token() {
    PushService service = service(limits(new Rate(1, 1), null));
    String forged = "/3/device/" + "00".repeat(32);
    for (int i = 0; i < 3; i++) {
      send(service, forged);
      assertThat(answers.getLast().status().code()).isEqualTo(400);
    }
  }
}
