package dev.tidings.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever anybody writes to the log, reading it ends with a record or with one exception.
 *
 * <p>Shows G46 and G152 of docs/guarantees.md.
 */
final class UnreadableRecordsTest {
  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  static List<Samples<?>> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void every_truncation_is_unreadable(Samples<V> sample) {
    AvroDeserializer<V> deserializer = deserializer(sample);
    byte[] bytes = sample.bytes(1);

    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> deserializer.read(truncated))
          .as("%d bytes", length)
          .isInstanceOf(UnreadableRecordException.class);
    }
  }

  /** Its id was given again, by a registry that has lost its data: nothing is wrong with it. */
  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void one_whose_id_is_that_of_another_record_type_may_be_read_later(
      Samples<V> sample) {
    for (Samples<?> other : samples()) {
      if (!other.type().equals(sample.type())) {
        int id = client.register("s", SpecificData.get().getSchema(other.type()));
        byte[] bytes = sample.bytes(id);

        assertThatThrownBy(() -> deserializer(sample).read(bytes))
            .as("%s as %s", sample.type(), other.type())
            .isInstanceOfSatisfying(
                UnreadableRecordException.class, e -> assertThat(e.mayBeReadLater()).isTrue())
            .hasMessageContaining(other.type().getName());
      }
    }
  }

  @Test
  void one_whose_id_is_that_of_somebody_else_s_record_may_be_read_later() {
    int id =
        registry.put(
            "orders",
            "{\"type\":\"record\",\"name\":\"shop.Order\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"}]}",
            "");
    byte[] bytes = {0, 0, 0, 0, (byte) id, 2};

    assertThatThrownBy(() -> new AvroDeserializer<>(client, Notification.class).read(bytes))
        .isInstanceOfSatisfying(
            UnreadableRecordException.class, e -> assertThat(e.mayBeReadLater()).isTrue())
        .hasMessageContaining("shop.Order");
  }

  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void bytes_left_over_are_unreadable(Samples<V> sample) {
    AvroDeserializer<V> deserializer = deserializer(sample);
    byte[] longer = Arrays.copyOf(sample.bytes(1), sample.bytes(1).length + 1);

    assertThatThrownBy(() -> deserializer.read(longer))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("left over");
  }

  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void no_mutation_leads_to_anything_else(Samples<V> sample) {
    AvroDeserializer<V> deserializer = deserializer(sample);
    Random random = new Random(42);

    int unreadable = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = mutated(sample.bytes(1), random);
      try {
        deserializer.read(bytes);
      } catch (UnreadableRecordException e) {
        unreadable++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError(HexFormat.of().formatHex(bytes), e);
      }
    }
    assertThat(unreadable).isPositive();
    assertThat(deserializer.read(sample.bytes(1))).isEqualTo(sample.record());
  }

  /** Keeps the header, so that what is tested is the reading of the record. */
  private static byte[] mutated(byte[] bytes, Random random) {
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = 5 + random.nextInt(bytes.length - 5);
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xff);
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"feffffff0f", "f4ffffff0f", "80808080804000", "ffffffffffffffffff01", "01"})
  void a_length_beyond_the_record_takes_no_memory(String length) {
    client.register("n", Notification.getClassSchema());
    byte[] id = HexFormat.of().parseHex("0000000001" + length + "6162");

    assertThatThrownBy(() -> new AvroDeserializer<>(client, Notification.class).read(id))
        .isInstanceOf(UnreadableRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"feffffff0f", "f4ffffff0f", "fffffffff50f", "ffffffffffffffffff01"})
  void an_array_longer_than_the_record_takes_no_memory(String count) {
    client.register("d", Delivery.getClassSchema());
    // Eight fields that are empty or as small as can be, then the steps.
    byte[] bytes =
        HexFormat.of().parseHex("0000000001" + "0000000000" + "0000" + "00" + "00" + count);

    assertThatThrownBy(() -> new AvroDeserializer<>(client, Delivery.class).read(bytes))
        .isInstanceOf(UnreadableRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "00000000", "0100000001", "ff00000001aa", "00ffffffff"})
  void what_has_no_header_is_unreadable(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> new AvroDeserializer<>(client, Notification.class).read(bytes))
        .isInstanceOf(UnreadableRecordException.class);
    assertThat(registry.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000000063", "007fffffff"})
  void an_id_nobody_knows_is_unreadable(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> new AvroDeserializer<>(client, Notification.class).read(bytes))
        .isInstanceOf(UnreadableRecordException.class);
  }

  @Test
  void a_record_of_another_kind_is_unreadable() {
    client.register("s", Schema.create(Schema.Type.STRING));

    assertThatThrownBy(() ->
            new AvroDeserializer<>(client, Notification.class)
                .read(HexFormat.of().parseHex("00000000010261")))
        .isInstanceOf(UnreadableRecordException.class);
  }

  @Test
  void a_record_nested_without_end_is_unreadable() {
    Schema node =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]}]}
                """);
    client.register("n", withMore(node));
    byte[] deep = Arrays.copyOf(Samples.all().getFirst().bytes(1), 1_000_000);
    Arrays.fill(deep, Samples.all().getFirst().bytes(1).length, deep.length, (byte) 2);

    assertThatThrownBy(() -> new AvroDeserializer<>(client, Notification.class).read(deep))
        .isInstanceOf(UnreadableRecordException.class);
  }

  static List<Schema> withoutBytes() {
    return List.of(
        Schema.createArray(Schema.create(Schema.Type.NULL)),
        Schema.createArray(Schema.createRecord("Empty", null, "x", false, List.of())),
        Schema.createArray(Schema.createFixed("Nothing", null, "x", 0)),
        Schema.createArray(Schema.createArray(Schema.create(Schema.Type.NULL))));
  }

  /** Counts of 2 to the 31st and more, and blocks that lead backwards. */
  static Stream<Arguments> absurdCounts() {
    return Stream.of(
            "ecffffff0f",
            "feffffff0f",
            "fffffffffffffffffe01",
            "01" + "ecffffff0f",
            "0109",
            "03ff01")
        .flatMap(count -> withoutBytes().stream().map(items -> Arguments.of(items, count)));
  }

  @ParameterizedTest
  @MethodSource("absurdCounts")
  void what_takes_no_bytes_is_not_counted_for_minutes(Schema items, String count) {
    client.register("n", withMore(items));
    byte[] bytes = Samples.all().getFirst().bytes(1);
    byte[] more = HexFormat.of().parseHex(count);
    byte[] record = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, record, bytes.length, more.length);

    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () ->
            assertThatThrownBy(
                    () -> new AvroDeserializer<>(client, Notification.class).read(record))
                .isInstanceOf(UnreadableRecordException.class));
  }

  @Test
  void a_schema_that_unfolds_without_end_is_unreadable() {
    Schema schema = Schema.createRecord("R0", null, "x", false, List.of());
    for (int i = 1; i < 40; i++) {
      schema =
          Schema.createRecord(
              "R" + i,
              null,
              "x",
              false,
              List.of(new Schema.Field("a", schema), new Schema.Field("b", schema)));
    }
    client.register("n", withMore(schema));
    byte[] bytes = Samples.all().getFirst().bytes(1);

    try (RegistryClient reader =
        new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())))) {
      assertTimeoutPreemptively(
          Duration.ofMinutes(1),
          () ->
              assertThatThrownBy(
                      () -> new AvroDeserializer<>(reader, Notification.class).read(bytes))
                  .isInstanceOf(UnreadableRecordException.class)
                  .hasMessageContaining("too large (expected: at most 10000 types)"));
    }
  }

  /** A writer's Notification with one field more, which is passed over. */
  private static Schema withMore(Schema type) {
    List<Schema.Field> fields =
        Notification.getClassSchema().getFields().stream()
            .map(field -> new Schema.Field(field, field.schema()))
            .collect(Collectors.toCollection(ArrayList::new));
    fields.add(new Schema.Field("more", type));
    return Schema.createRecord("Notification", "", "dev.tidings.schemas.avro", false, fields);
  }

  @Test
  void a_registry_that_is_away_does_not_make_a_record_unreadable() {
    RegistryConfig config =
        RegistryConfig.of(Map.of("schema.registry.url", registry.url(), "max.retries", "0"));
    byte[] bytes = Samples.all().getFirst().bytes(1);
    client.register("n", Notification.getClassSchema());
    registry.failNext(1);
    try (RegistryClient fresh = new RegistryClient(config)) {
      AvroDeserializer<Notification> deserializer =
          new AvroDeserializer<>(fresh, Notification.class);

      assertThatThrownBy(() -> deserializer.read(bytes))
          .isInstanceOf(RegistryException.Unavailable.class);
      assertThat(deserializer.read(bytes)).isEqualTo(Samples.all().getFirst().record());
    }
  }

  @Test
  void an_answer_that_is_not_the_registrys_does_not_make_a_record_unreadable() {
    RegistryConfig elsewhere =
        RegistryConfig.of(Map.of("schema.registry.url", registry.url() + "/nowhere"));
    try (RegistryClient lost = new RegistryClient(elsewhere)) {
      AvroDeserializer<Notification> deserializer =
          new AvroDeserializer<>(lost, Notification.class);

      assertThatThrownBy(() -> deserializer.read(Samples.all().getFirst().bytes(1)))
          .isInstanceOf(RegistryException.Unavailable.class);
    }
  }

  private <V extends SpecificRecord> AvroDeserializer<V> deserializer(Samples<V> sample) {
    client.register(sample.topic().subject(), sample.topic().schema().orElseThrow());
    return new AvroDeserializer<>(client, sample.type());
  }
}
