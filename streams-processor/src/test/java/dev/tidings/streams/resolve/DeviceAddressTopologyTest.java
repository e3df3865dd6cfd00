package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.OTHER_TOKEN;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is sent to a device and app, whichever token it has.
 *
 * <p>Shows G142 of docs/guarantees.md.
 */
final class DeviceAddressTopologyTest {
  private static final String ADDRESS =
      DeviceAddress.of(new DeviceId(DEVICE), new AppId(APP)).hex();
  private static final Duration TICK = Duration.ofMillis(50);
  private static final Duration GRACE_OVER = Pipeline.GRACE.plusSeconds(2);

  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
    pipeline.pass(Duration.ofSeconds(1));
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private void register(String token) {
    pipeline.register(token, DEVICE, APP);
    pipeline.address(ADDRESS, DEVICE, APP, token);
  }

  private void unregister(String token) {
    pipeline.registrations.pipeInput(token.getBytes(UTF_8), (byte[]) null);
    pipeline.registrations.pipeInput(ADDRESS.getBytes(UTF_8), (byte[]) null);
  }

  private void send(Notification.Builder notification) {
    pipeline.notify(ADDRESS, notification.build());
  }

  private static Notification.Builder addressed(int number) {
    return some(number).setDevice(DEVICE);
  }

  /** Returns what was sent on to a token. */
  private List<Pipeline.Out<Notification>> goOn() {
    return pipeline.notifications();
  }

  @Test
  void it_reaches_the_device_as_one_to_the_token_that_it_has() {
    register(TOKEN);
    send(addressed(1).setCollapseId("score").setExpiration(Long.MAX_VALUE));

    List<Pipeline.Out<Notification>> again = goOn();
    assertThat(again).hasSize(1);
    assertThat(again.getFirst().key()).isEqualTo(TOKEN);
    assertThat(again.getFirst().value())
        .isEqualTo(
            some(1).setCollapseId("score").setExpiration(Long.MAX_VALUE).setDevice(null).build());
    List<Pipeline.Out<Delivery>> deliveries = pipeline.deliveries();
    assertThat(deliveries).hasSize(1);
    assertThat(deliveries.getFirst().key()).isEqualTo(DEVICE);
    assertThat(deliveries.getFirst().value().getToken()).isEqualTo(TOKEN);
    assertThat(pipeline.receipts()).isEmpty();
  }

  @Test
  void the_token_of_its_last_registration_counts() {
    register(TOKEN);
    unregister(TOKEN);
    register(OTHER_TOKEN);
    send(addressed(1));

    assertThat(goOn()).extracting(Pipeline.Out::key).containsExactly(OTHER_TOKEN);
    assertThat(pipeline.deliveries())
        .extracting(out -> out.value().getToken())
        .containsExactly(OTHER_TOKEN);
  }

  @Test
  void a_device_that_has_not_registered_the_app_has_a_receipt_without_a_token() {
    send(addressed(1));
    pipeline.pass(GRACE_OVER);
    pipeline.pass(Duration.ofSeconds(1));

    List<Pipeline.Out<Receipt>> receipts = pipeline.receipts();
    assertThat(receipts).hasSize(1);
    Receipt receipt = receipts.getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.UNREGISTERED);
    assertThat(receipt.getToken()).isNull();
    assertThat(receipt.getDevice()).isEqualTo(DEVICE);
    assertThat(receipt.getSteps().getLast().getWhy()).startsWith("device: not registered");
    assertThat(pipeline.deliveries()).isEmpty();
  }

  @Test
  void it_waits_for_a_registration_that_is_on_its_way() {
    send(addressed(1));
    send(addressed(2));
    register(TOKEN);

    assertThat(goOn()).extracting(out -> out.value().getId()).containsExactly(id(1), id(2));
  }

  @Test
  void what_is_scheduled_is_scheduled_for_its_token_and_has_one_trace() {
    register(TOKEN);
    send(addressed(1).setDeliverAt(pipeline.nowMillis() + 3_600_000));

    assertThat(goOn()).hasSize(1);
    pipeline.pass(Duration.ofHours(1).plus(TICK));
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getToken())
        .containsExactly(TOKEN);
    assertThat(pipeline.deliveries().getFirst().value().getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.SCHEDULED, StepName.RESOLVED);
  }

  @Test
  void an_address_is_no_token_and_a_token_no_address() {
    register(TOKEN);
    send(some(1));
    pipeline.notify(TOKEN, addressed(2).build());
    pipeline.notify(ADDRESS, some(3).setDevice("phone-2").build());

    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(goOn()).isEmpty();
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getOutcome())
        .containsExactly(Outcome.UNREGISTERED, Outcome.REJECTED, Outcome.REJECTED);
  }
}
