package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.PAYLOAD;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.receiptKey;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G13, G22, G26 and G53 of docs/guarantees.md. */
final class ResolveStepTest {
  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void a_notification_goes_to_the_device_of_its_token_as_it_is() {
    pipeline.register(TOKEN, DEVICE, APP);

    pipeline.notify(
        TOKEN,
        some(1)
            .setExpiration(pipeline.nowMillis() + 1)
            .setPriority(5)
            .setCollapseId("score")
            .setPushType("background")
            .build());

    List<Pipeline.Out<Delivery>> deliveries = pipeline.deliveries();
    assertThat(deliveries).hasSize(1);
    assertThat(deliveries.getFirst().key()).isEqualTo(DEVICE);
    Delivery delivery = deliveries.getFirst().value();
    assertThat(delivery.getId()).isEqualTo(id(1));
    assertThat(delivery.getToken()).isEqualTo(TOKEN);
    assertThat(delivery.getApp()).isEqualTo(APP);
    assertThat(UTF_8.decode(delivery.getPayload()).toString()).isEqualTo(PAYLOAD);
    assertThat(delivery.getExpiration()).isEqualTo(pipeline.nowMillis() + 1);
    assertThat(delivery.getPriority()).isEqualTo(5);
    assertThat(delivery.getCollapseId()).isEqualTo("score");
    assertThat(delivery.getPushType()).isEqualTo("background");
    assertThat(pipeline.receipts()).isEmpty();
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  @Test
  void the_steps_so_far_travel_in_the_record() {
    pipeline.register(TOKEN, DEVICE, APP);

    pipeline.notify(TOKEN, some(1).build());

    assertThat(pipeline.deliveries().getFirst().value().getSteps())
        .containsExactly(
            new Step(StepName.ACCEPTED, pipeline.nowMillis() - 3, "ingest-1", null),
            new Step(StepName.RESOLVED, pipeline.nowMillis(), Pipeline.INSTANCE, null));
  }

  @Test
  void where_the_provider_wrote_the_record_its_timestamp_counts() {
    pipeline.register(TOKEN, DEVICE, APP);

    pipeline.notifications.pipeInput(
        TOKEN.getBytes(UTF_8),
        pipeline.bytes(some(1).setAcceptedAt(null).setAcceptedBy(null).build()),
        12_345L);

    assertThat(pipeline.deliveries().getFirst().value().getSteps().getFirst())
        .isEqualTo(new Step(StepName.ACCEPTED, 12_345L, "kafka", null));
  }

  @Test
  void a_devices_notifications_keep_the_order_of_the_log() {
    pipeline.register(TOKEN, DEVICE, APP);

    for (int i = 0; i < 20; i++) {
      pipeline.notify(TOKEN, some(i).build());
    }

    assertThat(pipeline.deliveries())
        .extracting(out -> out.value().getId())
        .containsExactlyElementsOf(
            java.util.stream.IntStream.range(0, 20).mapToObj(Samples::id).toList());
  }

  @Test
  void an_expired_notification_ends_with_a_receipt() {
    pipeline.register(TOKEN, DEVICE, APP);

    pipeline.notify(TOKEN, some(1).setExpiration(pipeline.nowMillis()).build());

    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.deadLetters()).isEmpty();
    List<Pipeline.Out<Receipt>> receipts = pipeline.receipts();
    assertThat(receipts).hasSize(1);
    assertThat(receipts.getFirst().key()).isEqualTo(receiptKey(id(1)));
    Receipt receipt = receipts.getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(receipt.getToken()).isEqualTo(TOKEN);
    assertThat(receipt.getApp()).isEqualTo(APP);
    assertThat(receipt.getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.EXPIRED);
    assertThat(receipt.getSteps().getLast().getWhere()).isEqualTo(Pipeline.INSTANCE);
    assertThat(receipt.getSteps().getLast().getWhy()).isEqualTo("expired before it was resolved");
  }

  @Test
  void one_that_gets_a_single_attempt_gets_it() {
    pipeline.register(TOKEN, DEVICE, APP);

    pipeline.notify(TOKEN, some(1).setExpiration(0L).build());

    assertThat(pipeline.deliveries()).hasSize(1);
    assertThat(pipeline.receipts()).isEmpty();
  }

  @Test
  void a_token_of_another_app_is_rejected() {
    pipeline.register(TOKEN, DEVICE, "com.example.mail");

    pipeline.notify(TOKEN, some(1).build());

    assertThat(pipeline.deliveries()).isEmpty();
    Receipt receipt = pipeline.receipts().getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipt.getSteps().getLast().getWhy())
        .isEqualTo("app: com.example.news (expected: the app the device token was made for)");
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  @Test
  void the_last_registration_of_a_token_counts() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.register(TOKEN, "phone-2", APP);

    pipeline.notify(TOKEN, some(1).build());

    assertThat(pipeline.deliveries()).extracting(Pipeline.Out::key).containsExactly("phone-2");
  }

  @Test
  void what_happened_is_counted() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, some(1).build());
    pipeline.notify(TOKEN, some(2).setExpiration(1L).build());
    pipeline.notify(TOKEN, some(3).setPriority(7).build());

    assertThat(pipeline.metrics.get("tidings.streams.resolve.latency").timer().count())
        .isEqualTo(1);
    assertThat(
            pipeline
                .metrics
                .get("tidings.streams.resolve.latency")
                .timer()
                .max(java.util.concurrent.TimeUnit.MILLISECONDS))
        .isEqualTo(3);
    assertThat(ended("expired")).isEqualTo(1);
    assertThat(ended("rejected")).isEqualTo(1);
    assertThat(ended("unregistered")).isZero();
    assertThat(pipeline.metrics.get("tidings.streams.dead.letters").counter().count()).isEqualTo(1);
  }

  @Test
  void a_registry_that_is_away_is_waited_for() {
    pipeline.register(TOKEN, DEVICE, APP);
    byte[] value = pipeline.bytes(some(1).build());
    int requests = pipeline.registry.requests();
    pipeline.registry.failNext(5);

    // What notifications and deliveries are written with is not known yet.
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);

    assertThat(pipeline.registry.requests() - requests).isEqualTo(7);
    assertThat(pipeline.deliveries()).hasSize(1);
    assertThat(pipeline.deadLetters()).isEmpty();
    assertThat(pipeline.patience.waitingFor()).isEmpty();
  }

  @Test
  void what_is_known_needs_no_registry() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, some(1).build());
    byte[] value = pipeline.bytes(some(2).build());
    int requests = pipeline.registry.requests();
    pipeline.registry.failNext(Integer.MAX_VALUE);

    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);

    assertThat(pipeline.registry.requests()).isEqualTo(requests);
    // For those who read them here.
    pipeline.registry.failNext(0);
    assertThat(pipeline.deliveries()).hasSize(2);
  }

  private double ended(String outcome) {
    return pipeline.metrics.get("tidings.streams.ended").tag("outcome", outcome).counter().count();
  }
}
