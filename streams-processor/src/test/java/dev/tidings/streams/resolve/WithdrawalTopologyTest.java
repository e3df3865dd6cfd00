package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A withdrawal goes the way that its notification has gone, behind it. */
final class WithdrawalTopologyTest {
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

  private void withdraw(int number, @Nullable Boolean sent, String app) {
    pipeline.notify(
        TOKEN,
        Notification.newBuilder()
            .setId(id(1_000 + number))
            .setApp(app)
            .setPayload(ByteBuffer.allocate(0))
            .setWithdraws(id(number))
            .setSent(sent)
            .build());
    pipeline.pass(Duration.ofMillis(50));
  }

  private List<String> delivered() {
    return pipeline.deliveries().stream().map(out -> out.value().getId()).toList();
  }

  @Test
  void it_goes_to_the_device_behind_its_notification_and_says_what_it_takes_back() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, some(1).build());

    withdraw(1, true, APP);

    List<Pipeline.Out<Delivery>> deliveries = pipeline.deliveries();
    assertThat(deliveries).extracting(Pipeline.Out::key).containsExactly(DEVICE, DEVICE);
    assertThat(deliveries.getFirst().value().getId()).isEqualTo(id(1));
    Delivery withdrawal = deliveries.getLast().value();
    assertThat(withdrawal.getId()).isEqualTo("withdraw-" + id(1));
    assertThat(UTF_8.decode(withdrawal.getPayload()).toString())
        .isEqualTo("{\"withdraw\":\"" + id(1) + "\"}");
    assertThat(withdrawal.getToken()).isEqualTo(TOKEN);
    assertThat(withdrawal.getApp()).isEqualTo(APP);
    assertThat(withdrawal.getPushType()).isEqualTo("withdraw");
    assertThat(withdrawal.getExpiration()).isNull();
    assertThat(withdrawal.getSent()).isTrue();
    assertThat(withdrawal.getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.RESOLVED);
    assertThat(pipeline.receipts()).isEmpty();
  }

  @Test
  void what_a_producer_takes_back_says_no_more_than_the_producer_does() {
    pipeline.register(TOKEN, DEVICE, APP);

    withdraw(1, null, APP);

    assertThat(pipeline.deliveries())
        .extracting(out -> out.value().getId(), out -> out.value().getSent())
        .containsExactly(tuple("withdraw-" + id(1), (Boolean) null));
  }

  @Test
  void what_it_takes_back_before_its_time_nobody_else_has_to_hear_of() {
    pipeline.register(TOKEN, DEVICE, APP);
    long due = pipeline.nowMillis() + Duration.ofHours(1).toMillis();
    pipeline.notify(TOKEN, some(1).setDeliverAt(due).build());

    withdraw(1, null, APP);

    pipeline.pass(Duration.ofHours(2));
    assertThat(delivered()).isEmpty();
  }

  @Test
  void it_waits_behind_a_notification_that_waits_for_its_registration() {
    pipeline.notify(TOKEN, some(1).build());
    withdraw(1, true, APP);
    assertThat(delivered()).isEmpty();

    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.pass(Duration.ofMillis(50));

    List<String> delivered = delivered();
    assertThat(delivered).first().isEqualTo(id(1));
    assertThat(delivered).last().isEqualTo("withdraw-" + id(1));
  }

  @Test
  void it_ends_where_its_token_is_of_no_device() {
    pipeline.notify(TOKEN, some(1).build());
    withdraw(1, true, APP);
    withdraw(2, true, APP);

    pipeline.pass(GRACE_OVER);
    pipeline.pass(GRACE_OVER);

    assertThat(delivered()).isEmpty();
    assertThat(pipeline.waiting()).isZero();
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  @Test
  void one_in_the_name_of_another_app_is_a_dead_letter() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, some(1).build());

    withdraw(1, true, "com.example.other");

    assertThat(delivered()).containsExactly(id(1));
    assertThat(pipeline.deadLetters()).hasSize(1);
  }
}
