package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.payload;
import static dev.tidings.streams.resolve.Samples.payloadOf;
import static dev.tidings.streams.resolve.Samples.receiptKey;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.ForeignValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G45 and G51 of docs/guarantees.md. */
final class RefusalTopologyTest {
  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
    pipeline.register(TOKEN, DEVICE, APP);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void an_unreadable_value_is_put_aside_as_it_came() {
    byte[] value = {0, 0, 0, 0, 99, 1, 2, 3};

    pipeline.notifications.pipeInput(
        new TestRecord<>(
            TOKEN.getBytes(UTF_8),
            value,
            new RecordHeaders().add("traceparent", "00-1".getBytes(UTF_8)),
            Instant.ofEpochMilli(777)));

    // It might only be that the registry does not know the schema yet.
    assertThat(pipeline.deadLetters()).isEmpty();
    pipeline.pass(Duration.ofSeconds(16));
    List<TestRecord<byte[], byte[]>> letters = pipeline.deadLetters();
    assertThat(letters).hasSize(1);
    TestRecord<byte[], byte[]> letter = letters.getFirst();
    assertThat(letter.key()).asString(UTF_8).isEqualTo(TOKEN);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(header(letter, "tidings-reason")).isEqualTo("value: schema id 99 can't be had");
    assertThat(header(letter, "tidings-topic")).isEqualTo("tidings.notifications");
    assertThat(header(letter, "tidings-partition")).isEqualTo("0");
    assertThat(header(letter, "tidings-offset")).isEqualTo("0");
    assertThat(header(letter, "tidings-timestamp")).isEqualTo("777");
    assertThat(header(letter, "traceparent")).isEqualTo("00-1");
    assertThat(pipeline.receipts()).isEmpty();
    assertThat(pipeline.deliveries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 6, 40, 80})
  void a_truncated_value_is_put_aside(int length) {
    byte[] value = java.util.Arrays.copyOf(pipeline.bytes(some(1).build()), length);

    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);

    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.deliveries()).isEmpty();
  }

  @Test
  void a_missing_value_is_put_aside() {
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), (byte[]) null);

    assertThat(header(pipeline.deadLetters().getFirst(), "tidings-reason"))
        .isEqualTo("value: none (expected: a Notification)");
  }

  @Test
  void a_key_that_is_no_token_is_put_aside_and_the_provider_can_read_why() {
    pipeline.notify("not-a-token", some(1).build());

    assertThat(header(pipeline.deadLetters().getFirst(), "tidings-reason"))
        .isEqualTo("token: not-a-to… of 11 characters (expected: 64 hexadecimal digits)");
    Receipt receipt = pipeline.receipts().getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipt.getId()).isEqualTo(id(1));
    assertThat(receipt.getToken()).isNull();
  }

  @Test
  void a_missing_key_is_put_aside_and_the_provider_can_read_why() {
    pipeline.notifications.pipeInput(null, pipeline.bytes(some(1).build()));

    assertThat(header(pipeline.deadLetters().getFirst(), "tidings-reason"))
        .isEqualTo("key: none (expected: a device token)");
    assertThat(pipeline.receipts()).hasSize(1);
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        arguments("notification id: X1 (expected: a UUID", some(1).setId("X1").build()),
        arguments("app: a/b (expected: 1 to 200 ASCII", some(1).setApp("a/b").build()),
        arguments("push type: fax (expected: one of", some(1).setPushType("fax").build()),
        arguments("priority: 3 (expected: 10, 5 or 1)", some(1).setPriority(3).build()),
        arguments("collapse id:  (expected: 1 to 64", some(1).setCollapseId("").build()),
        arguments("collapse id: ü", some(1).setCollapseId("ü".repeat(33)).build()),
        arguments("expiration: -1 (expected: >= 0 ms)", some(1).setExpiration(-1L).build()),
        arguments(
            "payload: 4097 bytes (expected: at most 4096 bytes)",
            some(1).setPayload(payloadOf(4097)).build()),
        arguments(
            "payload: 5121 bytes (expected: at most 5120 bytes)",
            some(1).setPushType("voip").setPayload(payloadOf(5121)).build()),
        notJson(""),
        notJson("[]"),
        notJson("null"),
        notJson("{"),
        notJson("{\"a\":[1,{}"),
        notJson("{}{}"),
        notJson("{} x"),
        notJson("{\"a\":01}"),
        notJson("{\"a\":".repeat(101) + "1" + "}".repeat(101)),
        arguments(
            "payload: 3 bytes (expected: a JSON object in UTF-8, nested at most 100 deep)",
            some(1).setPayload(ByteBuffer.wrap(new byte[] {'{', (byte) 0xff, '}'})).build()),
        arguments(
            "payload: 4 bytes (expected: a JSON object in UTF-8, nested at most 100 deep)",
            some(1).setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_16LE))).build()),
        arguments(
            "payload: 4 bytes (expected: a JSON object in UTF-8, nested at most 100 deep)",
            some(1).setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_16BE))).build()));
  }

  private static Arguments notJson(String text) {
    return arguments(
        "payload: "
            + text.length()
            + " bytes (expected: a JSON object in UTF-8, nested at most 100 deep)",
        some(1).setPayload(payload(text)).build());
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void what_is_invalid_is_put_aside_and_the_receipt_names_it(
      String why, Notification notification) {
    pipeline.notify(TOKEN, notification);

    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(header(pipeline.deadLetters().getFirst(), "tidings-reason")).startsWith(why);
    List<Pipeline.Out<Receipt>> receipts = pipeline.receipts();
    assertThat(receipts).hasSize(1);
    assertThat(receipts.getFirst().key()).isEqualTo(receiptKey(notification.getId()));
    assertThat(receipts.getFirst().value().getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipts.getFirst().value().getToken()).isEqualTo(TOKEN);
    assertThat(receipts.getFirst().value().getSteps().getLast().getWhy()).startsWith(why);
  }

  @Test
  void the_largest_payloads_pass() {
    pipeline.notify(TOKEN, some(1).setPayload(payloadOf(4096)).build());
    pipeline.notify(TOKEN, some(2).setPushType("voip").setPayload(payloadOf(5120)).build());
    pipeline.notify(TOKEN, some(3).setPayload(payload("\n {\"a\":{\"b\":[]}} \n")).build());

    assertThat(pipeline.deliveries()).hasSize(3);
  }

  @Test
  void an_id_too_long_to_be_a_key_gets_no_receipt() {
    pipeline.notify(TOKEN, some(1).setId("x".repeat(129)).build());

    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.receipts()).isEmpty();
  }

  /** Its key would be the id alone, which may look like an id and the mark of a token. */
  @ParameterizedTest
  @ValueSource(strings = {"%s/0123456789abcdef", "~%s/0123456789abcdef/opened", "%s/"})
  void without_a_token_no_id_takes_the_place_of_another_notifications_receipt(String like) {
    pipeline.notify("no token", some(1).setId(like.formatted(id(1))).build());

    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.receipts()).isEmpty();
  }

  @Test
  void without_a_token_an_id_has_its_receipt() {
    pipeline.notify("no token", some(1).build());

    assertThat(pipeline.receipts()).extracting(Pipeline.Out::key).containsExactly(id(1));
  }

  @Test
  void what_is_put_aside_holds_nothing_up() {
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), new byte[] {7});
    pipeline.notify(TOKEN, some(2).build());

    assertThat(pipeline.deliveries()).hasSize(1);
  }

  @Test
  void an_unreadable_registration_is_put_aside_and_leads_nowhere() {
    pipeline.registrations.pipeInput(TOKEN.getBytes(UTF_8), new byte[] {1, 2, 3});
    assertThat(header(pipeline.deadLetters().getFirst(), "tidings-topic"))
        .isEqualTo("tidings.registrations");

    pipeline.notify(TOKEN, some(1).build());
    pipeline.pass(Pipeline.GRACE);

    assertThat(pipeline.receipts().getFirst().value().getOutcome()).isEqualTo(Outcome.UNREGISTERED);
  }

  @ParameterizedTest
  @EnumSource
  void a_registration_that_is_none_leads_nowhere_and_the_next_one_does(ForeignValue value) {
    byte[] valid = pipeline.registration("phone-2", APP);
    try (RegistryClient client = client()) {
      pipeline.registrations.pipeInput(
          new TestRecord<>(
              Samples.OTHER_TOKEN.getBytes(UTF_8),
              value.bytes(valid, new AvroSerializer<>(client)),
              new RecordHeaders().add("", null).add("x", new byte[] {(byte) 0xff}),
              Instant.EPOCH));
    }
    assertThat(pipeline.deadLetters()).hasSize(1);
    pipeline.notify(Samples.OTHER_TOKEN, some(1).build());
    pipeline.notify(TOKEN, some(2).build());
    assertThat(pipeline.deliveries()).extracting(Pipeline.Out::key).containsExactly(DEVICE);

    pipeline.registrations.pipeInput(Samples.OTHER_TOKEN.getBytes(UTF_8), valid);

    assertThat(pipeline.deliveries()).extracting(Pipeline.Out::key).containsExactly("phone-2");
    assertThat(pipeline.receipts()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void a_notification_that_is_none_is_put_aside_and_the_next_one_goes_on(ForeignValue value) {
    try (RegistryClient client = client()) {
      pipeline.notifications.pipeInput(
          TOKEN.getBytes(UTF_8),
          value.bytes(pipeline.bytes(some(1).build()), new AvroSerializer<>(client)));
    }
    pipeline.notify(Samples.OTHER_TOKEN, some(2).build());
    pipeline.register(Samples.OTHER_TOKEN, "phone-2", APP);
    assertThat(pipeline.deliveries()).extracting(Pipeline.Out::key).containsExactly("phone-2");
    pipeline.pass(Duration.ofSeconds(16));
    pipeline.notify(TOKEN, some(3).build());

    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.deliveries()).extracting(o -> o.value().getId()).containsExactly(id(3));
  }

  private RegistryClient client() {
    return new RegistryClient(
        RegistryConfig.of(Map.of(RegistryConfig.URL, pipeline.registry.url())));
  }

  @Test
  void a_registration_without_a_key_is_put_aside() {
    pipeline.registrations.pipeInput(null, new byte[] {1, 2, 3});

    assertThat(pipeline.deadLetters()).hasSize(1);
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
