package dev.tidings.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Which records are notifications that have a receipt of their own. Shows G148 of
 * docs/guarantees.md.
 */
class AcceptedReaderTest {
  private static final String TOPIC = "tidings.notifications";
  private static final String APP = "com.example.news";
  private static final Token TOKEN = new Token("%064x".formatted(7));

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registries.url())));
  private final AvroSerializer<Notification> serializer = new AvroSerializer<>(registry);
  private final AcceptedReader reader = new AcceptedReader(registry);
  private final NotificationId id = NotificationId.random();

  @AfterEach
  void close() throws Exception {
    registry.close();
    registries.close();
  }

  private Notification.Builder some() {
    return Notification.newBuilder()
        .setId(id.value())
        .setApp(APP)
        .setAcceptedAt(1_700_000_000_000L)
        .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)));
  }

  private byte[] bytes(Notification notification) {
    return serializer.serialize(TOPIC, notification);
  }

  private Optional<Accepted> read(byte[] key, byte[] value) {
    return reader.read(new ConsumerRecord<>(TOPIC, 0, 3, key, value), 1);
  }

  private Optional<Accepted> read(Notification.Builder notification) {
    return read(TOKEN.key(), bytes(notification.build()));
  }

  @Test
  void a_notification_has_the_receipt_of_its_id_and_token() {
    Accepted expected = new Accepted(3, ReceiptKey.of(id, TOKEN), APP, 1_700_000_000_000L);

    assertThat(read(some())).contains(expected);
    assertThat(read(some().setId(" " + id.value().toUpperCase(Locale.ROOT))))
        .as("an id as other producers may write it")
        .contains(expected);
    assertThat(read(some().setDeliverAt(1_800_000_000_000L)))
        .as("one that is scheduled")
        .contains(expected);
  }

  @Test
  void one_that_ends_where_the_first_version_of_the_schema_ended_is_read() {
    byte[] whole = bytes(some().build());
    int added = Notification.getClassSchema().getFields().size() - 9;
    byte[] first = Arrays.copyOf(whole, whole.length - added);

    assertThat(read(TOKEN.key(), first)).isPresent();
  }

  @Test
  void what_has_no_receipt_of_its_own_is_left_out() {
    assertThat(read(some().setWithdraws(NotificationId.random().value()))).isEmpty();
    assertThat(read(some().setJoins("goals"))).isEmpty();
    assertThat(read(some().setLeaves("goals"))).isEmpty();
    assertThat(read(some().setDevice("phone-1"))).isEmpty();
  }

  /** As the clients of other languages place it: it is written once more where it belongs. */
  @Test
  void what_is_in_another_partition_than_that_of_its_token_is_left_out() {
    byte[] value = bytes(some().build());
    byte[] inCapitals = TOKEN.hex().toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    int right = Partitioning.partition(TOKEN.key(), 8);
    for (int partition = 0; partition < 8; partition++) {
      for (byte[] key : List.of(TOKEN.key(), inCapitals)) {
        assertThat(
                reader.read(new ConsumerRecord<>(TOPIC, partition, 3, key, value), 8).isPresent())
            .isEqualTo(partition == right);
      }
    }
  }

  @Test
  void what_is_a_dead_letter_is_left_out() {
    byte[] good = bytes(some().build());
    assertThat(read(TOKEN.key(), new byte[] {0, 0, 0, 0})).isEmpty();
    assertThat(read(TOKEN.key(), Arrays.copyOf(good, 20))).isEmpty();
    assertThat(read("no token".getBytes(StandardCharsets.UTF_8), good)).isEmpty();
    assertThat(read(some().setId("no id"))).isEmpty();
  }

  @Test
  void an_app_that_is_none_is_not_told() {
    assertThat(read(some().setApp("no app\n"))).map(Accepted::app).contains("");
  }
}
