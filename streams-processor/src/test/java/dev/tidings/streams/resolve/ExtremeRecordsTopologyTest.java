package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.payload;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever stands in a record, it is delivered once or ends with a receipt, and the next goes on.
 *
 * <p>Shows G42 and G46 of docs/guarantees.md.
 */
final class ExtremeRecordsTopologyTest {
  private static final long UNSET_IN_DOTNET = -62_135_596_800_000L;

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

  @ParameterizedTest
  @ValueSource(
      longs = {
        UNSET_IN_DOTNET,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -1,
        0,
        1,
        253_402_300_800_000L,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE
      })
  void a_time_of_acceptance_that_cannot_be_is_the_records_instead(long acceptedAt) {
    pipeline.notify(TOKEN, some(1).setAcceptedAt(acceptedAt).build());
    pipeline.notify(TOKEN, some(2).setAcceptedAt(acceptedAt).setPriority(7).build());
    pipeline.notify(TOKEN, some(3).build());

    List<Pipeline.Out<Delivery>> deliveries = pipeline.deliveries();
    assertThat(deliveries).extracting(out -> out.value().getId()).containsExactly(id(1), id(3));
    Step accepted = deliveries.getFirst().value().getSteps().getFirst();
    assertThat(accepted.getAt()).isEqualTo(acceptedAt == 1 ? 1 : Pipeline.START.toEpochMilli());
    assertThat(pipeline.receipts()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE})
  void a_time_of_the_record_itself_that_cannot_be_becomes_one_that_can(long timestamp) {
    byte[] value = pipeline.bytes(some(1).setAcceptedAt(null).setAcceptedBy(null).build());
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value, timestamp);
    pipeline.notify(TOKEN, some(2).build());

    List<Pipeline.Out<Delivery>> deliveries = pipeline.deliveries();
    assertThat(deliveries).hasSize(2);
    assertThat(deliveries.getFirst().value().getSteps().getFirst().getAt())
        .isBetween(0L, 253_402_300_799_999L);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE})
  void an_expiration_may_be_anything(long expiration) {
    pipeline.notify(TOKEN, some(1).setExpiration(expiration).build());
    pipeline.notify(TOKEN, some(2).build());

    assertThat(pipeline.deliveries()).hasSize(expiration > 1 ? 2 : 1);
    assertThat(pipeline.receipts()).hasSize(expiration > 1 ? 0 : 1);
  }

  /** Of this host, whose clock is hours off from those that wrote the records. */
  @ParameterizedTest
  @ValueSource(longs = {-2, 2})
  void a_clock_that_is_hours_wrong_ends_nothing_that_has_no_end(long hours) {
    pipeline.setClock(Pipeline.START.plus(Duration.ofHours(hours)));
    pipeline.notify(TOKEN, some(1).build());
    pipeline.notify("0".repeat(64), some(2).build());
    pipeline.pass(Duration.ofSeconds(1));
    pipeline.notify(TOKEN, some(3).build());
    pipeline.register("0".repeat(64), DEVICE, APP);
    pipeline.pass(Duration.ofSeconds(1));

    assertThat(pipeline.deliveries())
        .extracting(out -> out.value().getId())
        .containsExactly(id(1), id(3), id(2));
    assertThat(pipeline.receipts()).isEmpty();
  }

  static Stream<Notification> longFields() {
    String text = "x".repeat(1_000_000);
    return Stream.of(
        some(1).setAcceptedBy(text).build(),
        some(1).setApp(text).build(),
        some(1).setCollapseId(text).build(),
        some(1).setPushType(text).build(),
        some(1).setPayload(payload("{\"a\":\"" + text + "\"}")).build(),
        some(1).setAcceptedBy("\uD83D\uDE00".repeat(250_000)).build());
  }

  @ParameterizedTest
  @MethodSource("longFields")
  void a_field_without_bounds_ends_with_a_receipt_that_is_short(Notification notification) {
    pipeline.notify(TOKEN, notification);
    pipeline.notify(TOKEN, some(2).build());

    assertThat(pipeline.deliveries()).extracting(o -> o.value().getId()).containsExactly(id(2));
    assertThat(pipeline.deadLetters()).hasSize(1);
    Receipt receipt = pipeline.receipts().getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipt.getId()).isEqualTo(id(1));
    assertThat(receipt.toString().length()).isLessThan(2_000);
  }

  @Test
  void an_accepted_by_that_is_longer_than_a_name_is_shortened() {
    pipeline.notify(TOKEN, some(1).setAcceptedBy("\uD83D\uDE00x".repeat(100)).build());

    String by = pipeline.deliveries().getFirst().value().getSteps().getFirst().getWhere();
    assertThat(by).startsWith("\uD83D\uDE00x").endsWith("…").hasSizeLessThan(205);
    assertThat(new String(by.getBytes(UTF_8), UTF_8)).isEqualTo(by).doesNotContain("?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"upper", "apple", "line"})
  void tokens_and_ids_are_read_as_they_are_over_http(String kind) {
    String written =
        switch (kind) {
          case "upper" -> TOKEN.toUpperCase(Locale.ROOT);
          case "apple" -> "<" + TOKEN.replaceAll("(.{8})(?=.)", "$1 ") + ">";
          default -> TOKEN + "\n";
        };
    String number = "AB12CD34-0000-4000-8000-00000000ABCD";
    pipeline.notify(written, some(1).setId(number).build());

    Pipeline.Out<Delivery> delivery = pipeline.deliveries().getFirst();
    assertThat(delivery.key()).isEqualTo(DEVICE);
    assertThat(delivery.value().getToken()).isEqualTo(TOKEN);
    assertThat(delivery.value().getId()).isEqualTo(number.toLowerCase(Locale.ROOT));
  }

  @Test
  void a_token_that_is_not_registered_yet_waits_however_it_is_written() {
    pipeline.notify(Samples.OTHER_TOKEN.toUpperCase(Locale.ROOT), some(1).build());
    pipeline.register(Samples.OTHER_TOKEN, "phone-2", APP);

    assertThat(pipeline.deliveries()).extracting(Pipeline.Out::key).containsExactly("phone-2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%sff", "%s?", "x%s", "%s%s", "\u0661%s"})
  void no_text_has_a_whole_token(String format) {
    String key = format.replace("%s", TOKEN);
    pipeline.notify(key, some(1).build());
    pipeline.notify(TOKEN, some(2).setApp("/" + TOKEN).build());

    assertThat(pipeline.receipts())
        .hasSize(2)
        .allSatisfy(out ->
            assertThat(out.value().getSteps().getLast().getWhy())
                .doesNotContain(TOKEN.substring(0, 20)));
    assertThat(pipeline.deadLetters())
        .hasSize(2)
        .allSatisfy(letter ->
            assertThat(letter.headers())
                .allSatisfy(header ->
                    assertThat(new String(header.value(), UTF_8))
                        .doesNotContain(TOKEN.substring(0, 20))));
  }

  @Test
  void headers_may_be_anything() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("", new byte[0]).add("none", null).add("large", new byte[100_000]);
    for (String forged :
        List.of("", "1", "1 2 3 4 5", "-1 -1 -1 -1", "9 999999999999999999 1 1", "\u0000")) {
      headers.add("tidings-forwarded", forged.getBytes(UTF_8));
      pipeline.notifications.pipeInput(
          new TestRecord<>(
              TOKEN.getBytes(UTF_8),
              pipeline.bytes(some(1).setAcceptedAt(null).build()),
              new RecordHeaders(headers),
              Instant.ofEpochMilli(5)));
      pipeline.notifications.pipeInput(
          new TestRecord<>(
              TOKEN.getBytes(UTF_8),
              pipeline.bytes(some(1).setPriority(7).build()),
              new RecordHeaders(headers),
              Instant.ofEpochMilli(5)));
    }

    assertThat(pipeline.deliveries()).hasSize(6);
    assertThat(pipeline.deadLetters()).hasSize(6);
  }
}
