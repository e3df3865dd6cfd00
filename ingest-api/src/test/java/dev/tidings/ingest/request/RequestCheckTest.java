package dev.tidings.ingest.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import io.netty.util.AsciiString;
import java.time.InstantSource;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCheckTest {
  private static final String APP = "com.example.news";
  private static final TokenKeys KEYS = TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f");
  private static final Token TOKEN = mint("phone", APP);
  private static final Token LOST = mint("lost", APP);

  private final RequestCheck check =
      new RequestCheck(
          new TokenCheck(KEYS),
          token -> token.equals(LOST) ? OptionalLong.of(42) : OptionalLong.empty(),
          InstantSource.system());

  private static Token mint(String device, String app) {
    return new TokenMint(KEYS).mint(new DeviceId(device), new AppId(app), 0);
  }

  @Test
  void what_is_not_said_has_apples_default() {
    PushRequest push = (PushRequest) check(TOKEN.hex(), "apns-topic", APP);

    assertThat(push.token()).isEqualTo(TOKEN);
    assertThat(push.app()).isEqualTo(new AppId(APP));
    assertThat(push.priority()).isEqualTo(Priority.IMMEDIATE);
    assertThat(push.expiration()).isEqualTo(Expiration.NEVER);
    assertThat(push.pushType()).isEqualTo(PushType.ALERT);
    assertThat(push.collapseId()).isNull();
    assertThat(push.maxPayloadBytes()).isEqualTo(4096);
  }

  @Test
  void a_background_push_has_priority_5_unless_it_says_1() {
    PushRequest push =
        (PushRequest) check(TOKEN.hex(), "apns-topic", APP, "apns-push-type", "background");

    assertThat(push.priority()).isEqualTo(Priority.CONSERVE_POWER);
  }

  @Test
  void a_push_type_may_add_its_suffix_to_the_topic() {
    PushRequest push =
        (PushRequest) check(TOKEN.hex(), "apns-topic", APP + ".voip", "apns-push-type", "voip");

    assertThat(push.app()).isEqualTo(new AppId(APP));
    assertThat(push.maxPayloadBytes()).isEqualTo(5120);
  }

  @Test
  void a_device_may_have_registered_the_topic_with_its_suffix() {
    Token token = mint("phone", APP + ".voip");
    PushRequest push =
        (PushRequest) check(token.hex(), "apns-topic", APP + ".voip", "apns-push-type", "voip");

    assertThat(push.app()).isEqualTo(new AppId(APP + ".voip"));
  }

  @ParameterizedTest(name = "{0}: {1} is {3} {2}")
  @CsvSource({
    "apns-id,          nonsense,                             BadMessageId,      400",
    "apns-id,          1-1-1-1-1,                            BadMessageId,      400",
    "apns-collapse-id, '',                                   BadCollapseId,     400",
    "apns-expiration,  '',                                   BadExpirationDate, 400",
    "apns-expiration,  -1,                                   BadExpirationDate, 400",
    "apns-expiration,  tomorrow,                             BadExpirationDate, 400",
    "apns-expiration,  9223372036854775808,                  BadExpirationDate, 400",
    "apns-priority,    '',                                   BadPriority,       400",
    "apns-priority,    7,                                    BadPriority,       400",
    "apns-priority,    010,                                  BadPriority,       400",
    "apns-push-type,   nonsense,                             InvalidPushType,   400",
    "apns-push-type,   Alert,                                InvalidPushType,   400",
    "apns-topic,       com.example.news,                     DuplicateHeaders,  400",
  })
  void a_bad_header_is_rejected(String name, String value, String reason, int status) {
    Outcome.Rejected rejected = rejected(TOKEN.hex(), "apns-topic", APP, name, value);

    assertThat(rejected.reason().text()).isEqualTo(reason);
    assertThat(rejected.reason().status()).isEqualTo(status);
  }

  @Test
  void a_background_push_of_priority_10_is_rejected() {
    assertThat(
            rejected(
                    TOKEN.hex(),
                    "apns-topic",
                    APP,
                    "apns-push-type",
                    "background",
                    "apns-priority",
                    "10")
                .reason())
        .isEqualTo(RejectionReason.BAD_PRIORITY);
  }

  @Test
  void a_topic_is_required_and_the_tokens_own() {
    assertThat(rejected(TOKEN.hex()).reason()).isEqualTo(RejectionReason.MISSING_TOPIC);
    assertThat(rejected(TOKEN.hex(), "apns-topic", "").reason())
        .isEqualTo(RejectionReason.MISSING_TOPIC);
    assertThat(rejected(TOKEN.hex(), "apns-topic", "a/b").reason())
        .isEqualTo(RejectionReason.BAD_TOPIC);
    assertThat(rejected(TOKEN.hex(), "apns-topic", "com.example.other").reason())
        .isEqualTo(RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC);
    assertThat(rejected(TOKEN.hex(), "apns-topic", APP + ".voip").reason())
        .isEqualTo(RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC);
  }

  @Test
  void a_token_is_required_and_ours() {
    assertThat(rejected("", "apns-topic", APP).reason())
        .isEqualTo(RejectionReason.MISSING_DEVICE_TOKEN);
    for (String token : List.of("nonsense", "0".repeat(64), TOKEN.hex().substring(1), "%zz")) {
      assertThat(rejected(token, "apns-topic", APP).reason())
          .isEqualTo(RejectionReason.BAD_DEVICE_TOKEN);
    }
    Outcome.Rejected lost = rejected(LOST.hex(), "apns-topic", APP);
    assertThat(lost.reason()).isEqualTo(RejectionReason.UNREGISTERED);
    assertThat(lost.since()).hasValue(42);
  }

  @Test
  void a_rejection_bears_the_providers_id_or_a_new_one() {
    UUID id = UUID.randomUUID();

    assertThat(rejected(TOKEN.hex(), "apns-id", id.toString()).id().value())
        .isEqualTo(id.toString());
    assertThat(rejected(TOKEN.hex(), "apns-id", "nonsense").id().value()).hasSize(36);
  }

  @Test
  void another_path_or_method_is_no_push() {
    assertThat(((Outcome.Rejected) check.check("POST", "/3/devices", headers())).reason())
        .isEqualTo(RejectionReason.BAD_PATH);
    assertThat(((Outcome.Rejected) check.check("GET", "/", headers())).reason())
        .isEqualTo(RejectionReason.BAD_PATH);
    assertThat(((Outcome.Rejected) check.check("PUT", "/3/device/x", headers())).reason())
        .isEqualTo(RejectionReason.METHOD_NOT_ALLOWED);
  }

  private Outcome.Rejected rejected(String token, String... headers) {
    return (Outcome.Rejected) check(token, headers);
  }

  private Checked check(String token, String... headers) {
    return check.check("POST", "/3/device/" + token, headers(headers));
  }

  private static List<Map.Entry<AsciiString, String>> headers(String... namesAndValues) {
    List<Map.Entry<AsciiString, String>> headers = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(
          new SimpleImmutableEntry<>(AsciiString.of(namesAndValues[i]), namesAndValues[i + 1]));
    }
    return headers;
  }
}
