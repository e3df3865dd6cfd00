package dev.tidings.ingest.apns.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.accept.FixedProducer;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.apns.request.CheckResult;
import dev.tidings.ingest.apns.request.RequestCheck;
import dev.tidings.ingest.order.InOrder;
import dev.tidings.ingest.testing.TestConnection;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G5 of docs/guarantees.md. */
class PushExchangeTest {
  private static final TokenKeys KEYS = TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f");
  private static final AppId APP = new AppId("com.example.news");

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InFlight inFlight = new InFlight(10);
  private final List<Integer> answers = new ArrayList<>();
  private final RequestCheck check =
      new RequestCheck(new TokenCheck(KEYS), token -> OptionalLong.empty(), InstantSource.system());
  private final BodyMemory bodies = new BodyMemory(1 << 10);
  private final NewNotification notification = request();
  private final Answering client = new Answering();
  private final PushPipeline pipeline =
      new PushPipeline(
          check,
          bodies,
          new JsonPayload(),
          new NotificationLog(
              new FixedProducer(producer),
              inFlight,
              "tidings.notifications",
              schemas,
              "test",
              InstantSource.system()),
          new PushMeters(meters));
  private final PushExchange exchange = open();

  private PushExchange open() {
    return new PushExchange(pipeline, notification, null, client);
  }

  private NewNotification request() {
    String token = new TokenMint(KEYS).mint(new DeviceId("phone"), APP, 0).hex();
    CheckResult checked =
        check.check("POST", "/3/device/" + token, List.of(Map.entry("apns-topic", APP.value())));
    return ((CheckResult.Valid) checked).notification();
  }

  private final class Answering extends TestConnection implements Exchange {
    @Override
    public void respond(Response response) {
      answers.add(response.status().code());
    }

    @Override
    public Connection connection() {
      return this;
    }

    @Override
    public void goAway() {}
  }

  @AfterEach
  void close() {
    schemas.close();
    registry.close();
  }

  private double refused() {
    return meters
        .get("tidings.ingest.refused")
        .tag("reason", "ServiceUnavailable")
        .counter()
        .count();
  }

  @Test
  void one_that_took_too_long_is_answered_and_counted_once_whatever_becomes_of_it() {
    exchange.complete("{}".getBytes(UTF_8));
    exchange.timedOut(false);

    assertThat(answers).containsExactly(503);
    assertThat(refused()).isEqualTo(1);
    assertThat(inFlight.count()).isEqualTo(1);

    producer.completeNext();
    assertThat(answers).containsExactly(503);
    assertThat(refused()).isEqualTo(1);
    assertThat(meters.get("tidings.ingest.accept.latency").timer().count()).isZero();
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void one_that_the_log_gave_up_is_counted_once_too() {
    exchange.complete("{}".getBytes(UTF_8));
    exchange.timedOut(false);
    producer.errorNext(new TimeoutException("too late"));

    assertThat(answers).containsExactly(503);
    assertThat(refused()).isEqualTo(1);
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void one_does_not_overtake_another_to_its_token_that_came_by_the_other_interface() {
    InOrder.Place before = InOrder.of(client).next(notification.token());
    exchange.complete("{}".getBytes(UTF_8));
    assertThat(producer.history()).isEmpty();
    assertThat(inFlight.count()).isEqualTo(1);
    assertThat(bodies.taken()).isEqualTo(2);

    before.ready(() -> assertThat(producer.history()).isEmpty());

    assertThat(producer.history()).hasSize(1);
    assertThat(bodies.taken()).isZero();
    producer.completeNext();
    assertThat(answers).containsExactly(200);
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void one_does_not_wait_for_another_token_nor_for_what_was_sent() {
    InOrder.of(client).next("another");
    InOrder.of(client).next(notification.token()).ready(() -> {});
    exchange.complete("{}".getBytes(UTF_8));

    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void one_that_has_waited_for_too_long_for_another_is_not_sent() {
    InOrder.Place before = InOrder.of(client).next(notification.token());
    exchange.complete("{}".getBytes(UTF_8));
    exchange.timedOut(false);
    before.ready(() -> {});

    assertThat(answers).containsExactly(503);
    assertThat(producer.history()).isEmpty();
    assertThat(inFlight.count()).isZero();
    assertThat(bodies.taken()).isZero();
  }

  @Test
  void one_that_would_wait_needs_memory_for_it_and_holds_up_nobody_without() {
    InOrder.Place before = InOrder.of(client).next(notification.token());
    assertThat(bodies.take(1 << 10)).isTrue();
    exchange.complete("{}".getBytes(UTF_8));
    assertThat(answers).containsExactly(429);
    assertThat(inFlight.count()).isZero();

    before.ready(() -> {});
    assertThat(InOrder.behind(client, notification.token())).isNull();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void one_that_finds_too_many_in_flight_is_answered_429_and_takes_no_place() {
    for (int place = 0; place < 10; place++) {
      assertThat(inFlight.enter()).isTrue();
    }
    exchange.complete("{}".getBytes(UTF_8));

    assertThat(answers).containsExactly(429);
    assertThat(producer.history()).isEmpty();
    assertThat(inFlight.count()).isEqualTo(10);
  }

  @Test
  void those_whose_body_does_not_come_take_no_place() {
    for (int open = 0; open < 10; open++) {
      open();
    }
    assertThat(inFlight.count()).isZero();

    exchange.complete("{}".getBytes(UTF_8));
    producer.completeNext();

    assertThat(answers).containsExactly(200);
  }

  @Test
  void one_that_the_log_can_not_take_for_an_unexpected_reason_is_answered_500() {
    exchange.complete("{}".getBytes(UTF_8));
    producer.errorNext(new RecordTooLargeException("too large"));

    assertThat(answers).containsExactly(500);
    assertThat(inFlight.count()).isZero();
  }
}
