package dev.tidings.ingest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.table.Kept;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is made of the records of an id.
 *
 * <p>Shows G108 of docs/guarantees.md.
 */
final class AccountsTest {
  private static final String TOPIC = "tidings.receipts";
  private static final String TOKEN = "ab".repeat(32);
  private static final byte[] GARBAGE = "nothing of ours".getBytes(StandardCharsets.UTF_8);

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registries.url())));
  private final AvroSerializer<Receipt> serializer = new AvroSerializer<>(registry);
  private final NotificationId id = NotificationId.random();

  @AfterEach
  void close() {
    registry.close();
    registries.close();
  }

  private Kept delivered() {
    return kept(
        ReceiptKey.of(id.value(), TOKEN),
        receipt(
            "phone",
            new Step(StepName.PUSHED, 5L, "node", null),
            new Step(StepName.CONFIRMED, 6L, "node", null)));
  }

  private Receipt receipt(String device, Step... steps) {
    return new Receipt(
        id.value(), TOKEN, device, "com.example.news", Outcome.DELIVERED, List.of(steps), null);
  }

  private Kept kept(byte[] key, Receipt receipt) {
    return new Kept(ReceiptKey.parse(key).orElseThrow(), serializer.serialize(TOPIC, receipt));
  }

  private static List<StepName> steps(Accounts accounts) {
    assertThat(accounts.all()).hasSize(1).first().isInstanceOf(Receipted.class);
    return ((Receipted) accounts.all().getFirst())
        .receipt().getSteps().stream().map(Step::getName).toList();
  }

  @Test
  void what_the_device_tells_comes_behind_what_it_was_sent() {
    byte[] key = ReceiptKey.ofReport(id.value(), TOKEN, StepName.OPENED);
    Step opened = new Step(StepName.OPENED, 9L, "node", null);

    Accounts own =
        new Accounts(List.of(delivered(), kept(key, receipt("phone", opened))), registry);
    Accounts others =
        new Accounts(List.of(delivered(), kept(key, receipt("other", opened))), registry);

    assertThat(steps(own)).containsExactly(StepName.PUSHED, StepName.CONFIRMED, StepName.OPENED);
    assertThat(steps(others)).containsExactly(StepName.PUSHED, StepName.CONFIRMED);
  }

  @Test
  void a_record_beside_a_receipt_that_nobody_can_read_takes_nothing_from_the_trace() {
    for (byte[] key :
        List.of(
            ReceiptKey.ofReport(id.value(), TOKEN, StepName.DISPLAYED),
            ReceiptKey.ofReport(id.value(), TOKEN, StepName.OPENED),
            ReceiptKey.ofRepetition(id.value(), TOKEN))) {
      Kept garbage = new Kept(ReceiptKey.parse(key).orElseThrow(), GARBAGE);

      assertThat(steps(new Accounts(List.of(delivered(), garbage), registry)))
          .containsExactly(StepName.PUSHED, StepName.CONFIRMED);
    }
  }

  @Test
  void what_a_device_tells_of_what_it_was_never_sent_is_no_notification() {
    byte[] key = ReceiptKey.ofReport(id.value(), TOKEN, StepName.OPENED);
    Kept invented = kept(key, receipt("phone", new Step(StepName.OPENED, 9L, "node", null)));

    assertThat(new Accounts(List.of(invented), registry).isEmpty()).isTrue();
    assertThat(new Accounts(List.of(invented), registry).all()).isEmpty();
  }
}
