package dev.tidings.ingest.apns.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.certificate.CertificateTopics;
import dev.tidings.ingest.accept.RevocationLookup;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G2, G3 and G43 of docs/guarantees.md. */
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
  void a_token_under_a_key_that_only_others_have_is_not_called_bad() {
    RequestCheck behind =
        new RequestCheck(
            new TokenCheck(TokenKeys.parse("2:000102030405060708090a0b0c0d0e0f"), id -> id == 1),
            token -> OptionalLong.empty(),
            InstantSource.system());
    String suffixed = mint("phone", APP + ".voip").hex();

    assertThat(reason(behind, TOKEN.hex(), "apns-topic", APP))
        .isEqualTo(RejectionReason.SERVICE_UNAVAILABLE);
    assertThat(reason(behind, suffixed, "apns-topic", APP + ".voip", "apns-push-type", "alert"))
        .isEqualTo(RejectionReason.SERVICE_UNAVAILABLE);
    assertThat(reason(behind, "03" + TOKEN.hex().substring(2), "apns-topic", APP))
        .isEqualTo(RejectionReason.BAD_DEVICE_TOKEN);
  }

  @Test
  void a_token_of_which_it_is_not_known_whether_it_was_revoked_is_neither_good_nor_bad() {
    RequestCheck unknown =
        new RequestCheck(
            new TokenCheck(KEYS),
            token -> {
              throw new RevocationLookup.UnknownException();
            },
            InstantSource.system());

    assertThat(reason(unknown, TOKEN.hex(), "apns-topic", APP))
        .isEqualTo(RejectionReason.SERVICE_UNAVAILABLE);
  }

  private static RejectionReason reason(RequestCheck check, String token, String... headers) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(Map.entry(headers[i], headers[i + 1]));
    }
    return ((Outcome.Rejected) check.check("POST", "/3/device/" + token, all)).reason();
  }

  private String allowed(Apps apps, Token token, String... headers) {
    return sent(new SenderPermissions(apps, null), token, headers);
  }

  /** On a connection with a certificate for these topics of {@link #APP}; none: for all. */
  private String certified(Set<String> topics, Token token, String... headers) {
    Optional<Set<String>> listed = topics.isEmpty() ? Optional.empty() : Optional.of(topics);
    return sent(
        new SenderPermissions(Apps.of(Set.of(APP)), new CertificateTopics(APP, listed)),
        token,
        headers);
  }

  private String sent(SenderPermissions sender, Token token, String... headers) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(Map.entry(headers[i], headers[i + 1]));
    }
    return switch (check.check("POST", "/3/device/" + token.hex(), all, sender)) {
      case CheckResult.Valid valid -> valid.notification().app().value();
      case Outcome.Rejected rejected -> rejected.reason().text();
    };
  }

  @Test
  void a_topic_is_allowed_if_its_app_is_with_the_suffix_of_its_type_or_without() {
    Apps own = Apps.of(Set.of(APP));
    String call = APP + ".voip";

    assertThat(allowed(own, TOKEN, "apns-topic", APP)).isEqualTo(APP);
    assertThat(allowed(own, TOKEN, "apns-topic", call)).isEqualTo(APP);
    assertThat(allowed(Apps.of(Set.of("com.example.mail")), TOKEN, "apns-topic", APP))
        .isEqualTo("TopicDisallowed");
    assertThat(allowed(Apps.of(Set.of(call)), TOKEN, "apns-topic", call))
        .isEqualTo("TopicDisallowed");
    // An app of this very name, whose device has registered it.
    assertThat(allowed(own, mint("phone", call), "apns-topic", call)).isEqualTo("TopicDisallowed");
    assertThat(allowed(Apps.of(Set.of(call)), mint("phone", call), "apns-topic", call))
        .isEqualTo(call);
  }

  @Test
  void a_certificate_for_one_topic_supplies_it_and_with_several_it_has_to_be_named() {
    Set<String> several = Set.of(APP, APP + ".voip");

    assertThat(certified(Set.of(), TOKEN)).isEqualTo(APP);
    assertThat(certified(Set.of(APP + ".voip"), TOKEN)).isEqualTo(APP);
    assertThat(certified(Set.of(), TOKEN, "apns-topic", "")).isEqualTo("MissingTopic");
    assertThat(certified(several, TOKEN)).isEqualTo("MissingTopic");
    assertThat(certified(several, TOKEN, "apns-topic", APP + ".voip")).isEqualTo(APP);
  }

  @Test
  void a_topic_outside_the_certificate_is_disallowed() {
    assertThat(certified(Set.of(), TOKEN, "apns-topic", "com.example.mail"))
        .isEqualTo("TopicDisallowed");
    assertThat(certified(Set.of(APP + ".voip"), TOKEN, "apns-topic", APP))
        .isEqualTo("TopicDisallowed");
    assertThat(certified(Set.of(), TOKEN, "apns-topic", APP + ".voip")).isEqualTo(APP);
  }

  @Test
  void mdm_goes_with_a_certificate_alone_and_location_with_a_token_alone() {
    String[] mdm = {"apns-push-type", "mdm", "apns-topic", APP};

    assertThat(certified(Set.of(), TOKEN, mdm)).isEqualTo(APP);
    assertThat(allowed(Apps.ALL, TOKEN, mdm)).isEqualTo("TopicDisallowed");
    assertThat(allowed(Apps.ALL, TOKEN, "apns-topic", APP + ".location-query")).isEqualTo(APP);
    assertThat(certified(Set.of(), TOKEN, "apns-topic", APP + ".location-query"))
        .isEqualTo("TopicDisallowed");
  }

  @Test
  void that_a_topic_is_not_allowed_comes_after_a_missing_and_a_malformed_one() {
    Apps none = Apps.of(Set.of());

    assertThat(allowed(none, TOKEN)).isEqualTo("MissingTopic");
    assertThat(allowed(none, TOKEN, "apns-topic", "a b")).isEqualTo("BadTopic");
    assertThat(allowed(none, LOST, "apns-topic", APP, "apns-priority", "7"))
        .isEqualTo("TopicDisallowed");
  }

  @Test
  void that_a_token_was_revoked_is_told_to_those_alone_who_may_send_to_its_app() {
    String call = APP + ".voip";

    assertThat(allowed(Apps.of(Set.of(call)), LOST, "apns-topic", call))
        .isEqualTo("TopicDisallowed");
    assertThat(allowed(Apps.of(Set.of(APP)), LOST, "apns-topic", call)).isEqualTo("Unregistered");
  }

  @Test
  void what_is_not_said_has_apples_default() {
    CheckResult.Valid push = (CheckResult.Valid) check(TOKEN.hex(), "apns-topic", APP);

    assertThat(push.notification().token()).isEqualTo(TOKEN);
    assertThat(push.notification().app()).isEqualTo(new AppId(APP));
    assertThat(push.notification().priority()).isEqualTo(Priority.IMMEDIATE);
    assertThat(push.notification().expiration()).isEqualTo(Expiration.NEVER);
    assertThat(push.notification().pushType()).isEqualTo(PushType.ALERT);
    assertThat(push.notification().collapseId()).isNull();
    assertThat(push.maxPayloadBytes()).isEqualTo(4096);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "1700000000, 0", "1700000001, 1700000001000"})
  void an_expiration_that_has_passed_means_one_attempt(String seconds, long millis) {
    RequestCheck then =
        new RequestCheck(
            new TokenCheck(KEYS),
            token -> OptionalLong.empty(),
            () -> Instant.ofEpochSecond(1_700_000_000));
    CheckResult.Valid push =
        (CheckResult.Valid)
            then.check(
                "POST",
                "/3/device/" + TOKEN.hex(),
                Map.of("apns-topic", APP, "apns-expiration", seconds).entrySet());

    assertThat(push.notification().expiration()).isEqualTo(new Expiration(millis));
  }

  @Test
  void a_background_push_has_priority_5_if_nothing_is_said() {
    CheckResult.Valid push =
        (CheckResult.Valid) check(TOKEN.hex(), "apns-topic", APP, "apns-push-type", "background");

    assertThat(push.notification().priority()).isEqualTo(Priority.CONSERVE_POWER);
  }

  @Test
  void a_push_type_may_add_its_suffix_to_the_topic() {
    CheckResult.Valid push =
        (CheckResult.Valid)
            check(TOKEN.hex(), "apns-topic", APP + ".voip", "apns-push-type", "voip");

    assertThat(push.notification().app()).isEqualTo(new AppId(APP));
    assertThat(push.maxPayloadBytes()).isEqualTo(5120);
  }

  @Test
  void a_device_may_have_registered_the_topic_with_its_suffix() {
    Token token = mint("phone", APP + ".voip");
    CheckResult.Valid push =
        (CheckResult.Valid)
            check(token.hex(), "apns-topic", APP + ".voip", "apns-push-type", "voip");

    assertThat(push.notification().app()).isEqualTo(new AppId(APP + ".voip"));
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
  }

  @ParameterizedTest
  @CsvSource({
    ".voip, VOIP",
    ".voip-ptt, PUSHTOTALK",
    ".complication, COMPLICATION",
    ".location-query, LOCATION",
    ".pushkit.fileprovider, FILEPROVIDER",
    ".push-type.liveactivity, LIVEACTIVITY",
    ".push-type.controls, CONTROLS",
    ".push-type.widgets, WIDGETS"
  })
  void a_push_type_that_is_not_said_follows_from_the_topics_suffix(String suffix, PushType type) {
    CheckResult.Valid push = (CheckResult.Valid) check(TOKEN.hex(), "apns-topic", APP + suffix);

    assertThat(push.notification().pushType()).isEqualTo(type);
    assertThat(push.notification().app()).isEqualTo(new AppId(APP));
    assertThat(
            rejected(TOKEN.hex(), "apns-topic", APP + suffix, "apns-push-type", "alert").reason())
        .isEqualTo(RejectionReason.BAD_TOPIC);
    assertThat(rejected(TOKEN.hex(), "apns-topic", APP, "apns-push-type", type.header()).reason())
        .isEqualTo(RejectionReason.BAD_TOPIC);
  }

  @Test
  void an_app_whose_own_id_ends_like_a_suffix_is_told_by_its_token() {
    String app = "com.example.voip";
    Token own = mint("phone", app);
    for (String[] type : new String[][] {{}, {"apns-push-type", "alert"}}) {
      List<String> headers = new ArrayList<>(List.of("apns-topic", app));
      headers.addAll(List.of(type));
      CheckResult.Valid push = (CheckResult.Valid) check(own.hex(), headers.toArray(String[]::new));
      assertThat(push.notification().app()).isEqualTo(new AppId(app));
      assertThat(push.notification().pushType()).isEqualTo(PushType.ALERT);
    }
  }

  @Test
  void mdm_needs_a_certificate() {
    assertThat(rejected(TOKEN.hex(), "apns-topic", APP, "apns-push-type", "mdm").reason())
        .isEqualTo(RejectionReason.TOPIC_DISALLOWED);
  }

  @Test
  void that_a_token_was_revoked_is_told_for_its_own_topic_only() {
    assertThat(rejected(LOST.hex(), "apns-topic", "com.example.other").reason())
        .isEqualTo(RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC);
    assertThat(rejected(LOST.hex(), "apns-topic", APP + ".voip").reason())
        .isEqualTo(RejectionReason.UNREGISTERED);
  }

  @Test
  void a_collapse_id_is_utf8_whatever_http_makes_of_its_bytes() {
    AsciiString sent = new AsciiString("\u65b0\u95fb".getBytes(StandardCharsets.UTF_8));
    CheckResult.Valid push =
        (CheckResult.Valid)
            check(TOKEN.hex(), "apns-topic", APP, "apns-collapse-id", sent.toString());

    assertThat(push.notification().collapseId().value()).isEqualTo("\u65b0\u95fb");
    for (String bad :
        new String[] {
          "\u00e9", "a\u00c0\u00af", "\u00ed\u00a0\u0080", "a\u0001", "\u007f", "\u00ef\u00bf\u00bf"
        }) {
      assertThat(rejected(TOKEN.hex(), "apns-topic", APP, "apns-collapse-id", bad).reason())
          .isEqualTo(RejectionReason.BAD_COLLAPSE_ID);
    }
  }

  @Test
  void the_first_of_several_errors_is_told() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "authorization",
                "bearer a",
                "authorization",
                "bearer a",
                "apns-id",
                "x",
                "apns-collapse-id",
                "",
                "apns-priority",
                "7",
                "apns-push-type",
                "foo",
                "apns-expiration",
                "x"));
    String[] expected = {
      "DuplicateHeaders",
      "BadMessageId",
      "MissingTopic",
      "BadCollapseId",
      "BadPriority",
      "InvalidPushType",
      "BadExpirationDate",
      "MissingDeviceToken"
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(rejected("", all.toArray(String[]::new)).reason().text()).isEqualTo(expected[i]);
      if (expected[i].equals("MissingTopic")) {
        all.addAll(List.of("apns-topic", APP));
      } else if (all.size() > 4) {
        // The wrong header goes, behind the first authorization.
        all.subList(2, 4).clear();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "?a=b", "#x", "/x"})
  void whatever_follows_the_token_is_another_path(String more) {
    assertThat(rejected(TOKEN.hex() + more, "apns-topic", APP).reason())
        .isEqualTo(RejectionReason.BAD_PATH);
  }

  @Test
  void a_background_push_has_priority_5_and_no_other() {
    for (String priority : List.of("1", "10")) {
      assertThat(
              rejected(
                      TOKEN.hex(),
                      "apns-topic",
                      APP,
                      "apns-push-type",
                      "background",
                      "apns-priority",
                      priority)
                  .reason())
          .isEqualTo(RejectionReason.BAD_PRIORITY);
    }
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
    assertThat(((Outcome.Rejected) check.check("POST", "/3/device", headers())).reason())
        .isEqualTo(RejectionReason.BAD_PATH);
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

  private CheckResult check(String token, String... headers) {
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
