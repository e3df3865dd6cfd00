package dev.tidings.ingest.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.ingest.trace.index.IndexKey;
import dev.tidings.ingest.trace.index.IndexRow;
import dev.tidings.ingest.trace.index.IndexScan;
import dev.tidings.ingest.trace.table.Kept;
import dev.tidings.ingest.trace.table.Lookup;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a row tells. */
class HistoryRowsTest {
  private static final String APP = "com.example";
  private static final String MARK = ReceiptKey.mark("token");
  private static final int DISPLAYED = 1;
  private static final int OPENED = 2;

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registries.url())));
  private final AvroSerializer<Receipt> serializer = new AvroSerializer<>(registry);
  private final NotificationId id = NotificationId.random();
  private final Map<String, byte[]> table = new HashMap<>();

  private final HistoryRows rows =
      new HistoryRows(
          (key, partition) -> {
            byte[] found = table.get(key.text());
            return new Lookup.Found(
                found == null ? List.of() : List.of(new Kept(key, found)), null);
          },
          registry);

  @AfterEach
  void close() {
    registry.close();
    registries.close();
  }

  private void store(ReceiptKey.Kind kind, Outcome outcome, Step... steps) {
    Receipt receipt =
        new Receipt(id.value(), "token", "phone \u202e1", APP, outcome, List.of(steps), null);
    table.put(
        new ReceiptKey(id, MARK, kind).text(), serializer.serialize("tidings.receipts", receipt));
  }

  private static Step step(StepName name, long at) {
    return new Step(name, at, "node-1", null);
  }

  private Optional<JsonNode> row(int reports) throws Exception {
    IndexKey key = new IndexKey(APP, 1_000, id, MARK);
    Optional<String> json =
        rows.json(3, new IndexScan.Found(key, new IndexRow(Outcome.PENDING, reports, 0, null)));
    return json.isEmpty() ? Optional.empty() : Optional.of(new ObjectMapper().readTree(json.get()));
  }

  @Test
  void a_row_says_which_it_is_and_how_far_it_has_come() throws Exception {
    store(
        ReceiptKey.Kind.FIRST,
        Outcome.DELIVERED,
        step(StepName.ACCEPTED, 1_000),
        step(StepName.CONFIRMED, 2_500));

    JsonNode row = row(0).orElseThrow();

    assertThat(row.path("id").asText()).isEqualTo(id.value());
    assertThat(row.path("uniqueId").asText()).isEqualTo(UniqueId.of(id, "token").toString());
    assertThat(row.path("app").asText()).isEqualTo(APP);
    assertThat(row.path("mark").asText()).isEqualTo(MARK);
    assertThat(row.path("device").asText()).isEqualTo("phone \u202e1");
    assertThat(row.path("acceptedAt").asText()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(row.path("outcome").asText()).isEqualTo("delivered");
    assertThat(row.path("lastStep").asText()).isEqualTo("confirmed");
    assertThat(row.path("lastStepAt").asText()).isEqualTo("1970-01-01T00:00:02.500Z");
  }

  @Test
  void the_last_step_is_what_the_device_has_told_last_unless_it_waits() throws Exception {
    store(ReceiptKey.Kind.DISPLAYED, Outcome.DELIVERED, step(StepName.DISPLAYED, 3_000));
    store(ReceiptKey.Kind.OPENED, Outcome.DELIVERED, step(StepName.OPENED, 4_000));
    Step accepted = step(StepName.ACCEPTED, 1_000);
    store(ReceiptKey.Kind.FIRST, Outcome.DELIVERED, accepted, step(StepName.CONFIRMED, 2_000));
    assertThat(row(DISPLAYED).orElseThrow().path("lastStep").asText()).isEqualTo("displayed");
    assertThat(row(DISPLAYED | OPENED).orElseThrow().path("lastStep").asText()).isEqualTo("opened");
    assertThat(row(0).orElseThrow().path("lastStep").asText()).isEqualTo("confirmed");

    store(ReceiptKey.Kind.FIRST, Outcome.PENDING, accepted, step(StepName.PARKED, 2_000));
    assertThat(row(DISPLAYED).orElseThrow().path("lastStep").asText()).isEqualTo("parked");
  }

  @Test
  void what_is_gone_or_another_by_now_or_unreadable_is_no_row() throws Exception {
    assertThat(row(0)).isEmpty();
    store(ReceiptKey.Kind.FIRST, Outcome.PENDING, step(StepName.ACCEPTED, 999));
    assertThat(row(0)).isEmpty();
    store(ReceiptKey.Kind.FIRST, Outcome.PENDING);
    assertThat(row(0)).isEmpty();
    table.put(new ReceiptKey(id, MARK, ReceiptKey.Kind.FIRST).text(), new byte[] {9, 9});
    assertThat(row(0)).isEmpty();
  }

  @Test
  void what_cannot_be_read_now_is_not_left_out() {
    HistoryRows moved = new HistoryRows((_, _) -> new Lookup.NotServing("it moves"), registry);

    assertThatThrownBy(() ->
            moved.json(
                3,
                new IndexScan.Found(
                    new IndexKey(APP, 1_000, id, MARK), new IndexRow(Outcome.PENDING, 0, 0, null))))
        .isInstanceOf(NotServedException.class);
  }
}
