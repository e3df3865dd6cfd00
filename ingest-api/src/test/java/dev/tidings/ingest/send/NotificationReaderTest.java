package dev.tidings.ingest.send;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.accept.LocalTimes;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.LocalDeliveryTime;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.QuietHours;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a notification may look like, and what is said of one that looks otherwise. */
class NotificationReaderTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final String REST =
      "\"target\":{\"token\":\"" + TOKEN + "\"},\"app\":\"com.example.news\"";
  private static final String WHOLE = REST + ",\"payload\":{\"a\":1}";

  private final NotificationReader reader = new NotificationReader(new JsonPayload(), () -> NOW);

  private Reading read(String json) {
    return read(json.getBytes(UTF_8));
  }

  /** Reads something from the midst of other bytes. */
  private Reading read(byte[] json) {
    byte[] bytes = new byte[json.length + 8];
    java.util.Arrays.fill(bytes, (byte) '}');
    System.arraycopy(json, 0, bytes, 5, json.length);
    return reader.read(bytes, 5, 5 + json.length);
  }

  private SendRequest accepted(String json) {
    Reading reading = read(json);
    assertThat(reading).isInstanceOf(SendRequest.class);
    return (SendRequest) reading;
  }

  private Refusal refused(String json) {
    Reading reading = read(json);
    assertThat(reading).as(json).isInstanceOf(Refusal.class);
    return (Refusal) reading;
  }

  private static String with(String member) {
    return "{" + WHOLE + "," + member + "}";
  }

  @Test
  void what_is_not_said_has_its_default() {
    SendRequest request = accepted("{" + WHOLE + "}");

    NewNotification notification = request.notification();
    assertThat(notification.token().hex()).isEqualTo(TOKEN);
    assertThat(notification.app().value()).isEqualTo("com.example.news");
    assertThat(notification.priority()).isEqualTo(Priority.IMMEDIATE);
    assertThat(notification.pushType()).isEqualTo(PushType.ALERT);
    assertThat(notification.expiration()).isEqualTo(Expiration.NEVER);
    assertThat(notification.collapseId()).isNull();
    assertThat(notification.id().value()).matches("[0-9a-f-]{14}7.*");
    assertThat(request.dryRun()).isFalse();
  }

  @Test
  void every_member_is_read_and_null_counts_as_absent() {
    SendRequest request =
        accepted(
            with(
                "\"id\":\"0F0E0D0C-0b0a-4908-8706-050403020100\",\"ttl\":60,\"priority\":5,"
                    + "\"collapseId\":\"r\u00e9sult\",\"pushType\":\"background\",\"dryRun\":true"));
    NewNotification notification = request.notification();
    assertThat(notification.id().value()).isEqualTo("0f0e0d0c-0b0a-4908-8706-050403020100");
    assertThat(notification.expiration().millis()).isEqualTo(NOW.toEpochMilli() + 60_000);
    assertThat(notification.priority()).isEqualTo(Priority.CONSERVE_POWER);
    assertThat(notification.collapseId()).hasToString("r\u00e9sult");
    assertThat(notification.pushType()).isEqualTo(PushType.BACKGROUND);
    assertThat(request.dryRun()).isTrue();

    accepted(
        with(
            "\"id\":null,\"ttl\":null,\"priority\":null,\"collapseId\":null,\"pushType\":null,"
                + "\"dryRun\":null"));
    assertThat(accepted(with("\"ttl\":0")).notification().expiration()).isEqualTo(Expiration.ONCE);
  }

  @Test
  void a_category_is_carried_and_makes_another_request_of_it() {
    String id = "\"id\":\"0f0e0d0c-0b0a-4908-8706-050403020100\"";
    NewNotification without = accepted(with(id)).notification();
    NewNotification with = accepted(with(id + ",\"category\":\"marketing\"")).notification();

    assertThat(with.category()).hasToString("marketing");
    assertThat(without.category()).isNull();
    assertThat(accepted(with(id + ",\"category\":null")).notification().fingerprint())
        .isEqualTo(without.fingerprint());
    assertThat(with.fingerprint()).isNotNull().isNotEqualTo(without.fingerprint());
  }

  @Test
  void a_time_to_live_begins_when_it_is_to_be_delivered() {
    String later = "\"deliverAt\":\"2026-11-29T13:01:00.5+01:00\"";
    NewNotification notification = accepted(with("\"ttl\":10," + later)).notification();
    long due = NOW.toEpochMilli() + 60_500;
    assertThat(notification.deliverAt().millis()).isEqualTo(due);
    assertThat(notification.expiration().millis()).isEqualTo(due + 10_000);

    String past = "\"deliverAt\":\"2020-01-01T00:00:00Z\"";
    assertThat(accepted(with("\"ttl\":10," + past)).notification().expiration().millis())
        .isEqualTo(NOW.toEpochMilli() + 10_000);
    assertThat(accepted(with("\"ttl\":0," + later)).notification().expiration())
        .isEqualTo(Expiration.ONCE);
    assertThat(accepted("{" + WHOLE + "}").notification().deliverAt().toField()).isNull();
  }

  /** 02:30 does not exist in Berlin then, and is there twice in autumn: the offset counts. */
  @Test
  void a_time_is_one_instant_whatever_daylight_saving_does() {
    assertThat(deliverAt("2027-03-28T02:30:00+01:00")).isEqualTo("2027-03-28T01:30:00Z");
    assertThat(deliverAt("2027-03-28T03:30:00+02:00")).isEqualTo("2027-03-28T01:30:00Z");
    assertThat(deliverAt("2027-10-31T02:30:00+02:00")).isEqualTo("2027-10-31T00:30:00Z");
    assertThat(deliverAt("2027-10-31T02:30:00+01:00")).isEqualTo("2027-10-31T01:30:00Z");
  }

  private String deliverAt(String time) {
    return Instant.ofEpochMilli(
            accepted(with("\"deliverAt\":\"" + time + '"')).notification().deliverAt().millis())
        .toString();
  }

  @Test
  void a_background_push_without_a_priority_has_the_only_one_it_may_have() {
    assertThat(accepted(with("\"pushType\":\"background\"")).notification().priority())
        .isEqualTo(Priority.CONSERVE_POWER);
    assertThat(refused(with("\"pushType\":\"background\",\"priority\":10")).errors())
        .containsExactly(
            new FieldError("priority", "10", "5, or none, where pushType is background"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ \"a\" :\t1.50e+1 ,\n\"b\":[ ] }",
        "{\"u\":\"\\u00e9 \u00e9 \u2603 \ud83d\ude80 \\/\"}",
        "{\"deep\":[[[[{\"x\":[]}]]]],\"target\":{\"token\":1},\"payload\":{}}",
        "{\"n\":123456789012345678901234567890.000}"
      })
  void the_payload_is_carried_byte_for_byte(String payload) {
    for (String before : new String[] {"", "\"collapseId\":\"\u00fc\u2603\u00fc\", "}) {
      SendRequest request =
          accepted("{ " + before + REST + " , \"pay\\u006coad\" : " + payload + " , \"ttl\": 1 }");
      assertThat(new String(request.payload(), UTF_8)).isEqualTo(payload);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "1",
        "{",
        "{\"a\":1}}",
        "{\"a\":1} {}",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":NaN}",
        "\ufeff{\"a\":1}"
      })
  void what_is_not_one_json_object_is_refused(String json) {
    assertThat(refused(json).errors())
        .singleElement()
        .satisfies(error -> {
          assertThat(error.field()).isEqualTo("body");
          assertThat(error.expected()).contains("JSON");
        });
  }

  @Test
  void a_byte_order_mark_is_named() {
    assertThat(refused("\ufeff{" + WHOLE + "}").errors())
        .containsExactly(
            new FieldError(
                "body", "a byte order mark", "one JSON object without one (RFC 8259, 8.1)"));
  }

  @Test
  void invalid_utf_8_other_encodings_too_much_depth_and_a_member_that_is_there_twice_are_refused() {
    assertThat(read(with("\"collapseId\":\"\u00e9\"").getBytes(ISO_8859_1)))
        .isInstanceOf(Refusal.class);
    assertThat(read(("{" + WHOLE + "}").getBytes(java.nio.charset.StandardCharsets.UTF_16LE)))
        .isInstanceOf(Refusal.class);
    assertThat(refused(with("\"app\":\"com.example.other\"")).detail()).contains("app: twice");
    assertThat(refused("{" + REST + ",\"payload\":{\"a\":1,\"a\":2}}").detail())
        .contains("a: twice");
    assertThat(refused("{" + REST + ",\"payload\":" + nested(100) + "}").detail())
        .contains("nested at most 100 deep");
    accepted("{" + REST + ",\"payload\":" + nested(99) + "}");
  }

  private static String nested(int depth) {
    return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"ttl\":-1 | ttl | -1",
        "\"ttl\":1.5 | ttl | 1.5",
        "\"ttl\":315360001 | ttl | 315360001",
        "\"ttl\":99999999999999999999 | ttl | 99999999999999999999",
        "\"ttl\":\"60\" | ttl | a string",
        "\"priority\":7 | priority | 7",
        "\"priority\":4294967301 | priority | 2147483647",
        "\"priority\":[10] | priority | a list",
        "\"id\":\"one\" | id | one",
        "\"id\":1 | id | a number",
        "\"collapseId\":\"\" | collapseId | ``",
        "\"category\":\"Marketing\" | category | Marketing",
        "\"category\":\"none\" | category | none",
        "\"category\":\"\" | category | ``",
        "\"category\":7 | category | a number",
        "\"pushType\":\"loud\" | pushType | loud",
        "\"dryRun\":\"yes\" | dryRun | a string",
        "\"dryrun\":true | member | dryrun",
        "\"tags\":{\"x\":[1]} | member | tags",
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"07:00\",\"x\":[1]} | quietHours | x",
        "\"quietHours\":{\"from\":\"22:00\"} | quietHours | 1 members",
        "\"quietHours\":{\"from\":22,\"to\":\"07:00\"} | quietHours.from | a number",
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"7:00\"} | quietHours.to | 7:00",
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"22:00\"} | quietHours | 22:00-22:00",
        "\"quietHours\":\"22:00-07:00\" | quietHours | a string",
        "\"deliverAt\":{\"local\":\"2026-12-24T18:00Z\"} | deliverAt.local | 2026-12-24T18:00Z",
        "\"deliverAt\":{\"local\":\"2027-11-30T00:00:01\"} | deliverAt.local | 2027-11-30T00:00:01",
        "\"deliverAt\":{\"local\":null} | deliverAt.local | null",
        "\"deliverAt\":{} | deliverAt | 0 members",
        "\"deliverAt\":{\"at\":\"2026-12-24T18:00\"} | deliverAt | at",
        "\"localized\":[{}] | localized | a list",
        "\"localized\":{\"de\":7} | localized | de: a number",
        "\"localized\":{\"de_AT\":{}} | localized | de_AT",
        "\"localized\":{\"de\":{},\"DE\":{}} | localized | DE",
        "\"pushType\":\"background\",\"localized\":{\"de\":{\"aps\":{\"alert\":1}}} | localized.de"
            + " | an alert, a sound or a badge",
        "\"deliverAt\":\"tomorrow\" | deliverAt | tomorrow",
        "\"deliverAt\":1800000000000 | deliverAt | a number",
        "\"deliverAt\":\"2027-03-28T02:30:00\" | deliverAt | 2027-03-28T02:30:00",
        "\"deliverAt\":\"2027-03-28T02:30+01:00[Europe/Berlin]\" | deliverAt |"
            + " 2027-03-28T02:30+01:00[Europe/Berlin]",
        "\"deliverAt\":\"+999999999-12-31T23:59:59Z\" | deliverAt | +999999999-12-31T23:59:59Z",
        "\"deliverAt\":\"2027-12-01T12:00:00Z\" | deliverAt | 2027-12-01T12:00:00Z",
      })
  void what_is_wrong_with_a_member_is_told_with_its_value(
      String member, String field, String value) {
    assertThat(refused(with(member)).errors())
        .singleElement()
        .satisfies(error -> {
          assertThat(error.field()).isEqualTo(field);
          assertThat(error.value()).isEqualTo(value);
          assertThat(error.expected()).isNotEmpty();
        });
  }

  @Test
  void everything_that_is_wrong_is_told_at_once_within_bounds() {
    assertThat(refused("{}").errors())
        .extracting(FieldError::field)
        .containsExactly("target", "app", "payload");
    assertThat(refused("{\"target\":{},\"app\":7,\"payload\":\"text\",\"ttl\":true}").errors())
        .extracting(FieldError::field)
        .containsExactly("target", "app", "payload", "ttl");
    StringBuilder many = new StringBuilder("\"x\":1");
    for (int i = 0; i < 1_000; i++) {
      many.append(",\"x").append(i).append("\":[{}]");
    }
    assertThat(refused(with(many.toString())).errors()).hasSize(10);
  }

  @Test
  void the_id_is_told_although_something_else_is_wrong() {
    String id = "0f0e0d0c-0b0a-4908-8706-050403020100";
    assertThat(refused(with("\"id\":\"" + id + "\",\"ttl\":-1")).id()).hasToString(id);
  }

  @Test
  void no_token_is_shown_where_it_is_wrong() {
    String token = "g" + TOKEN.substring(1);
    Refusal refusal =
        refused("{\"target\":{\"token\":\"" + token + "\"},\"app\":\"a\",\"payload\":{}}");
    assertThat(refusal.errors()).extracting(FieldError::field).containsExactly("target.token");
    assertThat(refusal.detail()).doesNotContain(TOKEN.substring(10));
    assertThat(refused(with("\"collapse\":1,\"" + TOKEN + "\":1")).detail()).doesNotContain(TOKEN);
  }

  @Test
  void what_is_left_to_the_device_is_read() {
    SendRequest request =
        accepted(
            with(
                "\"ttl\":60,\"deliverAt\":{\"local\":\"2026-12-24T18:00\"},"
                    + "\"quietHours\":{\"to\":\"07:00\",\"from\":\"22:00\"},"
                    + "\"localized\":{\"de\": { \"a\" : [1] } ,\"fr-CA\":{\"b\":\"\u00e9\"}}"));

    NewNotification notification = request.notification();
    assertThat(notification.localTimes())
        .isEqualTo(
            new LocalTimes(
                LocalDeliveryTime.parse("", "2026-12-24T18:00"),
                Duration.ofSeconds(60),
                QuietHours.parse("22:00-07:00")));
    // It begins at an instant that is not known yet.
    assertThat(notification.expiration()).isEqualTo(Expiration.NEVER);
    assertThat(request.localized().keySet()).containsExactly("de", "fr-ca");
    assertThat(new String(request.localized().get("de"), UTF_8)).isEqualTo("{ \"a\" : [1] }");
    assertThat(new String(request.localized().get("fr-ca"), UTF_8)).isEqualTo("{\"b\":\"\u00e9\"}");
    assertThat(request.bytes()).isEqualTo(7 + 13 + 10);
    assertThat(
            accepted(with("\"ttl\":0,\"deliverAt\":{\"local\":\"2026-12-24T18:00\"}"))
                .notification()
                .expiration())
        .isEqualTo(Expiration.ONCE);
    assertThat(accepted("{" + WHOLE + "}").notification().localTimes()).isEqualTo(LocalTimes.NONE);
    assertThat(accepted(with("\"localized\":{},\"quietHours\":null")).localized()).isEmpty();
  }

  @Test
  void other_payloads_are_bounded_in_number_and_size() {
    String twenty =
        IntStream.range(100, 120).mapToObj(n -> "\"de-" + n + "\":{}").collect(joining(","));
    assertThat(accepted(with("\"localized\":{" + twenty + "}")).localized()).hasSize(20);
    assertThat(refused(with("\"localized\":{" + twenty + ",\"de-120\":{}}")).errors())
        .containsExactly(new FieldError("localized", "more than 20", "at most 20"));

    String large = "{\"a\":\"" + "x".repeat(4096 - 7) + "\"}";
    assertThat(refused(with("\"localized\":{\"de\":" + large + "}")).errors())
        .containsExactly(new FieldError("localized.de", "4097 bytes", "at most 4096 bytes"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"deliverAt\":{\"local\":\"2026-12-24T18:00\"}",
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"07:00\"}",
        "\"localized\":{\"de\":{}}"
      })
  void nothing_is_left_to_the_devices_of_a_broadcast(String member) {
    assertThat(refused(to("\"topic\":\"goals\"", "," + member)).errors())
        .singleElement()
        .satisfies(error ->
            assertThat(error.expected()).isEqualTo("none where target is a topic or a condition"));
  }

  private static String to(String target, String more) {
    return "{\"target\":{" + target + "},\"app\":\"a\",\"payload\":{\"n\": 1}" + more + "}";
  }

  private BroadcastRequest broadcast(String target, String more) {
    Reading reading = read(to(target, more));
    assertThat(reading).isInstanceOf(BroadcastRequest.class);
    return (BroadcastRequest) reading;
  }

  @Test
  void a_topic_or_a_condition_of_topics_makes_it_a_broadcast() {
    BroadcastRequest topic = broadcast("\"topic\":\"goals\"", "");
    assertThat(topic.broadcast().condition()).hasToString("'goals' in topics");
    assertThat(topic.broadcast().over()).isZero();
    assertThat(topic.broadcast().expiration()).isEqualTo(Expiration.NEVER);
    assertThat(topic.broadcast().id().value()).matches("[0-9a-f-]{14}7.*");
    assertThat(new String(topic.payload(), UTF_8)).isEqualTo("{\"n\": 1}");

    BroadcastRequest condition =
        broadcast(
            "\"condition\":\"'a' in topics && !('b' in topics)\"",
            ",\"over\":600,\"ttl\":60,\"priority\":5,\"dryRun\":true");
    assertThat(condition.broadcast().condition()).hasToString("'a' in topics && !('b' in topics)");
    assertThat(condition.broadcast().over()).isEqualTo(Duration.ofMinutes(10));
    assertThat(condition.broadcast().priority()).isEqualTo(Priority.CONSERVE_POWER);
    assertThat(condition.broadcast().expiration().millis()).isEqualTo(NOW.toEpochMilli() + 60_000);
    assertThat(condition.dryRun()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"topic\":\"a b\"; ; target.topic",
        "\"topic\":7; ; target.topic",
        "\"topic\":null; ; target",
        "\"topic\":\"channel:Scores00\"; ; target.topic",
        "\"condition\":\"'a' in\"; ; target.condition",
        "\"condition\":\"'a' in topics && !('channel:X' in topics)\"; ; target.condition",
        "\"condition\":\"!('a' in topics)\"; ; target.condition",
        "\"topic\":\"a\",\"condition\":\"'a' in topics\"; ; target",
        "\"topic\":\"a\"; ,\"over\":604801; over",
        "\"topic\":\"a\"; ,\"over\":-1; over",
        "\"topic\":\"a\"; ,\"over\":\"10m\"; over"
      })
  void what_is_wrong_with_a_broadcast_is_named(String target, String more, String field) {
    Refusal refusal = refused(to(target, more == null ? "" : more));

    assertThat(refusal.status().code()).isEqualTo(400);
    assertThat(refusal.errors()).extracting(FieldError::field).containsExactly(field);
  }

  @Test
  void what_is_sent_to_a_token_cannot_be_spread() {
    assertThat(refused(with("\"over\":10")).errors())
        .containsExactly(new FieldError("over", "10 s", "none where target is one device"));
  }

  @Test
  void a_device_is_sent_to_at_its_address_for_the_app() {
    Reading reading = read(to("\"device\":\"phone \u00e9\"", ",\"ttl\":60"));

    assertThat(reading).isInstanceOf(SendRequest.class);
    NewNotification notification = ((SendRequest) reading).notification();
    assertThat(notification.device()).isEqualTo(new DeviceId("phone \u00e9"));
    assertThat(notification.token())
        .isEqualTo(DeviceAddress.of(new DeviceId("phone \u00e9"), new AppId("a")));
    assertThat(accepted("{" + WHOLE + "}").notification().device()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"device\":\"\"; ; target.device",
        "\"device\":7; ; target.device",
        "\"device\":\"a\\u0000b\"; ; target.device",
        "\"device\":\"\\ud800\"; ; target.device",
        "\"device\":\"a\\udfff\"; ; target.device",
        "\"device\":\"a\",\"user\":null; ; target",
        "\"device\":null,\"token\":null; ; target",
        "\"device\":\"a\"; ,\"over\":1; over",
        "\"user\":\"a\"; ; target"
      })
  void what_is_wrong_with_a_device_is_named(String target, String more, String field) {
    Refusal refusal = refused(to(target, more == null ? "" : more));

    assertThat(refusal.status().code()).isEqualTo(400);
    assertThat(refusal.errors()).extracting(FieldError::field).contains(field);
  }

  @Test
  void a_payload_may_be_as_long_as_its_push_type_allows() {
    assertThat(((SendRequest) read(sized(4096, "alert"))).payload()).hasSize(4096);
    Refusal refusal = refused(sized(4097, "alert"));
    assertThat(refusal.status().code()).isEqualTo(413);
    assertThat(refusal.errors())
        .containsExactly(new FieldError("payload", "4097 bytes", "at most 4096 bytes"));
    assertThat(read(sized(5120, "voip"))).isInstanceOf(SendRequest.class);
    assertThat(refused(sized(5121, "voip")).status().code()).isEqualTo(413);
  }

  private static String sized(int bytes, String type) {
    String payload = "{\"a\":\"" + "x".repeat(bytes - 8) + "\"}";
    return "{" + REST + ",\"pushType\":\"" + type + "\",\"payload\":" + payload + "}";
  }

  @Test
  void a_background_push_with_an_alert_is_refused() {
    assertThat(
            refused(
                    "{"
                        + REST
                        + ",\"payload\":{\"aps\":{\"alert\":\"x\"}},\"pushType\":\"background\"}")
                .errors())
        .extracting(FieldError::field)
        .containsExactly("payload");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"app\":\"a\",\"app\":\"b\"} | app | twice",
        "{\"payload\":{\"x\":[{\"y\":1,\"y\":2}]}} | y | twice",
        "{\"ttl\":NaN} | body | byte 7",
        "{\"ttl\":01} | body | byte 8",
        "{\"ttl\":1,} | body | byte 9",
        "{'ttl':1} | body | byte 1",
        "{\"ttl\":1} {\"ttl\":2} | body | more at byte 10",
        "[] | body | a list",
        "7 | body | a number",
        "`` | body | nothing",
      })
  void where_it_is_no_object_is_told_with_the_place(String json, String field, String value) {
    assertThat(refused(json).errors())
        .singleElement()
        .satisfies(error -> {
          assertThat(error.field()).isEqualTo(field);
          assertThat(error.value()).startsWith(value.substring(0, value.length() - 1));
          assertThat(error.expected()).isNotEmpty();
        });
  }

  @Test
  void bytes_that_are_no_text_are_told_with_their_place() {
    byte[] json = "{\"app\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    json[8] = (byte) 0xff;

    assertThat(((Refusal) read(json)).errors())
        .containsExactly(new FieldError("body", "byte 8", "UTF-8"));
  }

  /**
   * Every kind of value in every member: accepted, or refused with a name and what was expected.
   */
  @Test
  void no_value_of_any_member_is_refused_without_its_name_and_what_was_expected() {
    List<String> values =
        List.of(
            "null",
            "true",
            "false",
            "0",
            "-0",
            "-1",
            "1",
            "60",
            "1.5",
            "1e3",
            "1e400",
            "-1e400",
            "9223372036854775807",
            "9223372036854775808",
            "9".repeat(2_000),
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"" + "x".repeat(9_000) + "\"",
            "\"\\ud800\"",
            "\"\\udc00x\"",
            "\"\\u0000\"",
            "\"\\u202e\"",
            "\"\u2028\"",
            "\"NaN\"",
            "\"-1\"",
            "\"2026-02-30T00:00:00Z\"",
            "\"2026-12-31\"",
            "[]",
            "[null]",
            "{}",
            "{\"token\":null}",
            "{\"token\":[" + "[".repeat(90) + "]".repeat(90) + "]}",
            "{\"a\":".repeat(90) + "1" + "}".repeat(90),
            "\"" + "a".repeat(64) + "\"");
    for (String name : SendFields.NAMES) {
      for (String value : values) {
        String rest = "\"" + name + "\":" + value;
        String json =
            "{"
                + Stream.of("target", "app", "payload")
                    .filter(each -> !each.equals(name))
                    .map(NotificationReaderTest::member)
                    .map(each -> each + ",")
                    .collect(Collectors.joining())
                + rest
                + "}";
        Reading reading = read(json);
        if (reading instanceof Refusal refusal) {
          assertThat(refusal.status().code()).as(rest).isIn(400, 413);
          assertThat(refusal.errors())
              .as(rest)
              .isNotEmpty()
              .allSatisfy(error -> {
                assertThat(error.field()).isNotEmpty();
                assertThat(error.value()).isNotNull().hasSizeLessThan(100);
                assertThat(error.expected()).isNotEmpty();
                assertThat(error.toString()).doesNotContain("a".repeat(40), "\u202e", "\u0000");
              })
              .anySatisfy(error -> assertThat(error.field()).startsWith(name));
        }
      }
    }
  }

  private static String member(String name) {
    return switch (name) {
      case "target" -> "\"target\":{\"token\":\"" + TOKEN + "\"}";
      case "app" -> "\"app\":\"com.example.news\"";
      default -> "\"payload\":{\"aps\":{}}";
    };
  }
}
