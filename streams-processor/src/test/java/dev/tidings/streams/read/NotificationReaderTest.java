package dev.tidings.streams.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G141 and G142 of docs/guarantees.md. */
class NotificationReaderTest {
  /** The first version ended with acceptedBy. */
  private static final int FIRST_VERSION_FIELDS = 9;

  private static final byte[] KEY = "0123456789abcdef".repeat(4).getBytes(UTF_8);

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
  private final NotificationReader reader = new NotificationReader(client);

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  private byte[] value() {
    return value(builder().build());
  }

  private byte[] value(Notification notification) {
    try (AvroSerializer<Notification> values = new AvroSerializer<>(client)) {
      return values.serialize("tidings.notifications", notification);
    }
  }

  private static Notification.Builder builder() {
    return Notification.newBuilder()
        .setId("01234567-89ab-4def-8123-456789abcdef")
        .setApp("com.example.news")
        .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)));
  }

  /** A large one: twenty payloads of several KiB. */
  private static Notification.Builder large(int bytes) {
    Map<String, ByteBuffer> localized = new TreeMap<>();
    int left = bytes;
    for (int i = 0; left > 0; i++) {
      int size = Math.min(left, 3_500);
      localized.put(
          "de-" + (100 + i),
          ByteBuffer.wrap(("{\"a\":\"" + "x".repeat(size) + "\"}").getBytes(UTF_8)));
      left -= size;
    }
    return builder().setLocalized(localized);
  }

  @Test
  void what_was_taken_once_is_taken_with_what_is_added_to_it_when_it_waits() {
    int most = 64 * 1024;
    int size = most;
    for (int over = 1; over > 0; over = value(large(size).build()).length - most) {
      size -= over;
    }
    Notification largest = large(size).build();
    assertThat(value(largest).length).isBetween(most - 60, most);
    Notification waits =
        Notification.newBuilder(largest)
            .setAcceptedAt(1_800_000_000_000L)
            .setScheduledAt(1_800_000_000_000L)
            .setScheduledBy("streams-processor-".repeat(10))
            .build();
    assertThat(value(waits).length).isGreaterThan(most);

    assertThat(reader.read(KEY, value(largest))).isInstanceOf(ReadResult.Valid.class);
    assertThat(reader.read(KEY, value(waits))).isInstanceOf(ReadResult.Valid.class);
    assertThat(reader.read(KEY, value(large(size + 100).build())))
        .isInstanceOf(ReadResult.Invalid.class);
  }

  private static Notification withdrawal(int priority) {
    return builder()
        .setPayload(ByteBuffer.allocate(0))
        .setPriority(priority)
        .setWithdraws("01234567-89ab-4def-8123-000000000000")
        .build();
  }

  @Test
  void a_withdrawal_has_a_priority_that_there_is_since_its_device_is_told() {
    assertThat(reader.read(KEY, value(withdrawal(10)))).isInstanceOf(ReadResult.Withdrawal.class);
    for (int priority : new int[] {7, 0, -1, Integer.MAX_VALUE}) {
      assertThat(reader.read(KEY, value(withdrawal(priority))))
          .isInstanceOfSatisfying(
              ReadResult.Invalid.class,
              invalid -> assertThat(invalid.why()).startsWith("priority: " + priority));
    }
  }

  private static int added() {
    Schema schema = Notification.getClassSchema();
    return schema.getFields().size() - FIRST_VERSION_FIELDS;
  }

  @Test
  void a_value_without_the_fields_added_since_the_first_version_is_read_as_if_they_were_null() {
    byte[] whole = value();
    byte[] asBefore = Arrays.copyOf(whole, whole.length - added());

    assertThat(reader.read(KEY, whole)).isInstanceOf(ReadResult.Valid.class);
    assertThat(reader.read(KEY, asBefore))
        .isInstanceOfSatisfying(
            ReadResult.Valid.class,
            valid -> {
              assertThat(valid.notification().getApp()).isEqualTo("com.example.news");
              assertThat(valid.notification().getDeliverAt()).isNull();
              assertThat(valid.notification().getWithdraws()).isNull();
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6, 8, 9, 12, 20, 40})
  void a_value_that_ends_anywhere_else_is_refused(int missing) {
    byte[] whole = value();

    assertThat(reader.read(KEY, Arrays.copyOf(whole, whole.length - missing)))
        .isInstanceOf(ReadResult.Invalid.class);
  }
}
