package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G3 and G42 of docs/guarantees.md. */
final class ValuesTest {
  @Test
  void a_collapse_id_is_plain_text_of_at_most_64_bytes() {
    assertThat(new CollapseId("\u65b0\u95fb \ud83d\ude00").value()).hasSize(5);
    assertThat(new CollapseId("\u65b0".repeat(21) + "a").value()).hasSize(22);
    for (String bad :
        new String[] {
          "",
          "\u65b0".repeat(21) + "ab",
          "a\u0000",
          "a\nb",
          "\u007f",
          "\u0085",
          "\ud800",
          "a\udc00b",
          "\ufdd0",
          "\uffff",
          "\ud83f\udffe"
        }) {
      assertThatThrownBy(() -> new CollapseId(bad)).isInstanceOf(InvalidValueException.class);
    }
  }

  @Test
  void a_user_is_a_topic_of_a_reserved_name_in_percent_encoding() {
    assertThat(BroadcastTopic.user("42").value()).isEqualTo("user:42");
    assertThat(BroadcastTopic.user("a.b-c_d~e:F").value()).isEqualTo("user:a.b-c_d~e:F");
    assertThat(BroadcastTopic.user("ü@b%2 /").value()).isEqualTo("user:%C3%BC%40b%252%20%2F");
    assertThat(BroadcastTopic.user("x".repeat(95)).value()).hasSize(100);
    for (String bad : new String[] {"", "x".repeat(96), "@".repeat(32)}) {
      assertThatThrownBy(() -> BroadcastTopic.user(bad))
          .isInstanceOf(InvalidValueException.class)
          .hasMessageStartingWith("user: ")
          .hasMessageContaining("characters (expected: 1 to 95, in percent-encoding)");
    }
  }

  @Test
  void a_tag_is_a_topic_of_a_reserved_name_and_of_the_same_characters() {
    assertThat(BroadcastTopic.tag("vip").orElseThrow().value()).isEqualTo("tag:vip");
    assertThat(BroadcastTopic.tag("x".repeat(96))).isPresent();
    for (String bad : new String[] {"", "x".repeat(97), "a b", "ü", "a/b"}) {
      assertThat(BroadcastTopic.tag(bad)).isEmpty();
    }
  }

  @Test
  void of_reserved_names_those_of_users_and_tags_are_given() {
    for (String good : new String[] {"goals", "user:42", "tag:vip", "tag:a:b"}) {
      new BroadcastTopic(good).checkProvided();
    }
    for (String bad : new String[] {"user:", "tag:", ":", "a:b", "User:42", "a:user:42"}) {
      assertThatThrownBy(() -> new BroadcastTopic(bad).checkProvided())
          .hasMessage(
              "topic: " + bad + " (expected: one without a colon, or user: or tag: and a name)");
    }
  }

  private static final String ID = "9f1c2a3b-0000-4000-8000-00000000abcd";

  static Stream<Arguments> bad() {
    return Stream.of(
        bad(() -> new AppId(""), "app:  (expected: 1 to 200 ASCII letters"),
        bad(() -> new AppId("a/b"), "app: a/b (expected: "),
        bad(() -> new AppId("a+b"), "app: a+b (expected: "),
        bad(() -> new AppId("ä"), "app: ä (expected: "),
        bad(() -> new AppId("x".repeat(201)), "app: " + "x".repeat(80) + "… (expected: "),
        bad(() -> new CollapseId(""), "collapse id:  (expected: 1 to 64 bytes of UTF-8"),
        bad(() -> new CollapseId("a".repeat(65)), "collapse id: "),
        bad(() -> new CollapseId("ü".repeat(33)), "collapse id: "),
        bad(() -> new DeviceId(""), "device:  (expected: 1 to 128 bytes"),
        bad(() -> new DeviceId("a\nb"), "device: a\uFFFDb (expected: "),
        bad(() -> new DeviceId("a".repeat(129)), "device: "),
        bad(() -> new DeviceId("ü".repeat(65)), "device: "),
        bad(() -> new DeviceId("\ud800"), "device: "),
        bad(() -> new DeviceId("a\udfffb"), "device: "),
        bad(() -> new Expiration(-1), "expiration: -1 (expected: >= 0 ms)"),
        bad(() -> new NotificationId(ID.replace('9', 'A')), "notification id: A"),
        bad(() -> new NotificationId(ID.replace('-', '_')), "notification id: 9"),
        bad(() -> new NotificationId(ID + "0"), "notification id: 9"),
        bad(() -> NotificationId.parse("9f1c"), "notification id: 9f1c (expected: a UUID"),
        bad(() -> Priority.of(7), "priority: 7 (expected: 10, 5 or 1)"),
        bad(() -> PushType.of("ALERT"), "push type: ALERT (expected: one of alert, background"),
        bad(() -> PushType.of(""), "push type:  (expected: "),
        bad(() -> new Token("ab"), "token: ab of 2 characters (expected: 64 hexadecimal digits)"),
        bad(() -> new Token("A".repeat(64)), "token: A"),
        bad(() -> new Token("g".repeat(64)), "token: g"),
        bad(() -> new Token("a".repeat(65)), "token: a"));
  }

  private static Arguments bad(ThrowingCallable value, String message) {
    return arguments(message, value);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void what_is_not_valid_is_refused_by_name_with_what_was_expected(
      String message, ThrowingCallable value) {
    assertThatThrownBy(value)
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("(expected: ")
        .hasMessageEndingWith(")");
  }

  static Stream<String> writtenOtherwise() {
    String hex = "0a1b2c3d".repeat(8);
    return Stream.of(
        hex.toUpperCase(Locale.ROOT),
        "<0a1b2c3d 0a1b2c3d 0a1b2c3d 0a1b2c3d 0a1b2c3d 0a1b2c3d 0a1b2c3d 0a1b2c3d>",
        hex + "\r\n",
        "\t " + hex + " ",
        "0a:1b:2c:3d:".repeat(8),
        "0A-1B-2C-3D-".repeat(8));
  }

  @ParameterizedTest
  @MethodSource("writtenOtherwise")
  void a_token_is_read_as_providers_write_it(String text) {
    Token token = new Token("0a1b2c3d".repeat(8));

    assertThat(Token.parse(text)).isEqualTo(token);
    assertThat(Token.ofKey(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(token);
  }

  @Test
  void no_text_shows_a_whole_token() {
    String hex = "0a1b2c3d".repeat(8);
    Stream.concat(writtenOtherwise(), Stream.of(hex, hex + "f", "x" + hex))
        .forEach(text -> {
          assertThatThrownBy(() -> new AppId("/" + text)).satisfies(e -> hidesMostOf(hex, e));
          assertThatThrownBy(() -> Token.parse(text + "0")).satisfies(e -> hidesMostOf(hex, e));
        });
    assertThatThrownBy(() -> Token.ofKey(new byte[100_000])).hasMessageContaining("512 char");
  }

  private static void hidesMostOf(String hex, Throwable e) {
    String digits = e.getMessage().toLowerCase(Locale.ROOT).replaceAll("[^0-9a-f]", "");
    assertThat(digits).doesNotContain(hex.substring(0, 20)).doesNotContain(hex.substring(44));
  }

  @Test
  void the_exception_names_the_value() {
    assertThatThrownBy(() -> new AppId(""))
        .isInstanceOfSatisfying(
            InvalidValueException.class, e -> assertThat(e.name()).isEqualTo("app"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "com.example.news", "Com_Example-1", "com.example.news.voip"})
  void apps_are_bundle_ids(String app) {
    assertThat(new AppId(app)).hasToString(app);
    assertThat(new AppId("a".repeat(200)).value()).hasSize(200);
  }

  @Test
  void a_collapse_id_is_measured_in_bytes() {
    assertThat(new CollapseId("ü".repeat(32)).value()).hasSize(32);
    assertThat(new CollapseId("a b")).hasToString("a b");
  }

  @Test
  void a_device_is_its_key() {
    DeviceId device = new DeviceId("phöne 1");

    assertThat(DeviceId.ofKey(device.key())).isEqualTo(device);
    assertThat(device.key()).isEqualTo("phöne 1".getBytes(StandardCharsets.UTF_8));
    assertThat(new DeviceId("a")).isLessThan(new DeviceId("b"));
    assertThat(new DeviceId("ü".repeat(64)).key()).hasSize(128);
    assertThat(new DeviceId("\ud83d\ude80").key()).hasSize(4);
  }

  @Test
  void bytes_that_are_not_utf_8_are_no_device() {
    assertThat(DeviceId.ofKey("a\uFFFD".getBytes(StandardCharsets.UTF_8)).value())
        .isEqualTo("a\uFFFD");
    for (byte[] key : new byte[][] {{(byte) 0xff}, {'a', (byte) 0xc3}, {(byte) 0xc0, 'b'}, {}}) {
      assertThatThrownBy(() -> DeviceId.ofKey(key)).isInstanceOf(InvalidValueException.class);
    }
  }

  @Test
  void a_notification_id_is_read_in_either_case_and_written_in_lower() {
    NotificationId id = NotificationId.parse("9F1C2A3B-0000-4000-8000-00000000ABCD");

    assertThat(id).hasToString(ID);
    assertThat(id.key()).isEqualTo(ID.getBytes(StandardCharsets.US_ASCII));
    assertThat(NotificationId.random()).isNotEqualTo(NotificationId.random());
  }

  @Test
  void a_minted_notification_id_sorts_behind_those_of_earlier_milliseconds() {
    long millis = 1_790_000_000_000L;

    String id = NotificationId.at(millis).value();
    UUID uuid = UUID.fromString(id);

    assertThat(uuid.version()).isEqualTo(7);
    assertThat(uuid.variant()).isEqualTo(2);
    assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(millis);
    assertThat(id).isLessThan(NotificationId.at(millis + 1).value());
    assertThat(id).isNotEqualTo(NotificationId.at(millis).value());
  }

  @Test
  void a_token_is_its_bytes_and_a_log_shows_little_of_it() {
    Token token = new Token("0123456789abcdef".repeat(4));

    assertThat(Token.of(token.bytes())).isEqualTo(token);
    assertThat(token.bytes()).hasSize(32);
    assertThat(token.key()).hasSize(64);
    assertThat(token).hasToString("01234567…");
  }

  @Test
  void priorities_and_push_types_have_their_numbers_and_names() {
    assertThat(Arrays.stream(Priority.values()).map(Priority::number)).containsExactly(10, 5, 1);
    for (Priority priority : Priority.values()) {
      assertThat(Priority.of(priority.number())).isEqualTo(priority);
    }
    for (PushType type : PushType.values()) {
      assertThat(PushType.of(type.header())).isEqualTo(type);
    }
    assertThat(PushType.LIVEACTIVITY.header()).isEqualTo("liveactivity");
  }

  @Test
  void an_expiration_passes_at_its_time_once_and_never_do_not() {
    assertThat(new Expiration(1_000).hasPassed(999)).isFalse();
    assertThat(new Expiration(1_000).hasPassed(1_000)).isTrue();
    assertThat(Expiration.ONCE.hasPassed(Long.MAX_VALUE)).isFalse();
    assertThat(Expiration.ONCE.isOnce()).isTrue();
    assertThat(Expiration.NEVER.hasPassed(Long.MAX_VALUE - 1)).isFalse();
    assertThat(Expiration.NEVER.isOnce()).isFalse();
  }

  @Test
  void an_expirations_field_is_null_where_there_is_no_end() {
    assertThat(Expiration.ofField(null)).isEqualTo(Expiration.NEVER);
    assertThat(Expiration.NEVER.toField()).isNull();
    assertThat(Expiration.ofField(0L)).isEqualTo(Expiration.ONCE);
    assertThat(new Expiration(7).toField()).isEqualTo(7);
  }
}
