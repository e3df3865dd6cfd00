package dev.tidings.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.node.look.DeviceLook;
import dev.tidings.node.look.Owed;
import dev.tidings.node.session.LinkDescription;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.question.DeviceQuestion;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What is told of a device, to whom.
 *
 * <p>Shows G170 of docs/guarantees.md.
 */
class DeviceFactsTest {
  private static final DeviceLook NOTHING = new DeviceLook(null, List.of(), null);
  private static final DeviceLook CONNECTED =
      new DeviceLook(
          new DeviceLook.Connection(
              new LinkDescription(Instant.ofEpochMilli(1_000), "MQTT 5", "tls"),
              Set.of("tidings/com.other/#", "tidings/com.news/+")),
          List.of(
              new Owed(1, "one", "com.news", 5_000L, 9_000L, 10, true),
              new Owed(2, "withdraw-two", "com.news", 4_000L, null, 20, false)),
          null);
  private static final Map<String, Generation> REGISTERED =
      Map.of(
          "com.news", new Generation(3, true, 2_000L, false, 0, "de-CH", "Europe/Zurich"),
          "com.other", new Generation(0, true, 2_000L, false, 0, null, null),
          "com.gone", new Generation(1, false, 2_000L, false, 0, null, null));
  private static final Subscription JOINED = new Subscription(List.of(), 0L, null, "t", 1L);
  private static final Map<String, Subscription> SUBSCRIBED =
      Map.of(
          "",
          new Subscription(
              List.of("tidings/#", "tidings/+/+", "tidings/+/#", "tidings/com.other/+"),
              60_000L,
              3_000L,
              null,
              null),
          "com.news/goals",
          JOINED,
          "com.news/tag:vip",
          JOINED,
          "com.news/user:anna",
          JOINED,
          "com.other/user:bert",
          JOINED);

  private static DeviceFacts facts(Set<String> apps, DeviceLook look, boolean known) {
    return DeviceFacts.of(
        new DeviceQuestion(new DeviceId("phone"), apps, null, Instant.EPOCH),
        look,
        known ? REGISTERED : Map.of(),
        known ? SUBSCRIBED : Map.of(),
        (app, record) ->
            record.getRegistered()
                ? Optional.of(new Token(("0" + record.getNumber()).repeat(32)))
                : Optional.empty());
  }

  private static JsonNode device(DeviceFacts facts) throws Exception {
    return new ObjectMapper().readTree(new DeviceJson("node-1").device(facts));
  }

  @Test
  void a_team_is_told_of_its_apps_and_of_nothing_else() throws Exception {
    JsonNode json = device(facts(Set.of("com.news"), CONNECTED, true));

    assertThat(json.toString()).doesNotContain("com.other", "bert", "com.gone");
    assertThat(json)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"device":"phone","node":"node-1","connected":true,
                     "since":"1970-01-01T00:00:01Z","protocol":"MQTT 5","transport":"tls",
                     "subscriptions":["tidings/com.news/+"],
                     "session":{"subscriptions":["tidings/#","tidings/+/+","tidings/+/#"],
                       "keptForSeconds":60},
                     "registrations":[{"app":"com.news","token":"%s",
                       "since":"1970-01-01T00:00:02Z","locale":"de-CH","timeZone":"Europe/Zurich",
                       "user":"anna","tags":["vip"],
                       "topics":["goals"]}],
                     "inbox":{"inFlight":1,"waiting":1,"payloadBytes":30,
                       "oldest":"1970-01-01T00:00:04Z","more":false}}
                    """
                        .formatted("03".repeat(32))));
  }

  @Test
  void of_a_device_without_apps_of_the_team_as_little_is_told_as_of_none() {
    DeviceLook connected = new DeviceLook(CONNECTED.connection(), List.of(), null);
    assertThat(facts(Set.of("com.mine"), connected, true).isAnything()).isFalse();
    assertThat(facts(Set.of("com.gone"), connected, true).isAnything()).isFalse();
    assertThat(facts(Set.of("com.news"), NOTHING, true).isAnything()).isTrue();
    // What waits for an app that has no registration any more is the app's.
    assertThat(facts(Set.of("com.news"), CONNECTED, false).isAnything()).isTrue();
    assertThat(facts(null, new DeviceLook(null, List.of(), 7L), false).isAnything()).isTrue();
  }

  /** Nor by what waits there for others, however much that is. */
  @Test
  void that_there_is_more_to_read_tells_a_team_without_apps_there_nothing() {
    DeviceLook ofOthers = new DeviceLook(CONNECTED.connection(), List.of(), 512L);
    assertThat(facts(Set.of("com.mine"), ofOthers, true).isAnything()).isFalse();
    assertThat(facts(Set.of("com.mine"), ofOthers, false).isAnything()).isFalse();
  }

  @Test
  void an_administrator_is_told_of_every_device() throws Exception {
    assertThat(facts(null, NOTHING, false).isAnything()).isFalse();
    assertThat(facts(null, new DeviceLook(CONNECTED.connection(), List.of(), null), false))
        .matches(DeviceFacts::isAnything);
    JsonNode json = device(facts(null, NOTHING, true));
    assertThat(json.get("connected").asBoolean()).isFalse();
    assertThat(json.has("since")).isFalse();
    assertThat(json.get("session").get("endedAt").asText()).isEqualTo("1970-01-01T00:00:03Z");
    assertThat(json.get("registrations")).hasSize(2);
  }

  @Test
  void an_inbox_is_told_without_payloads() throws Exception {
    String text = new DeviceJson("node-1").inbox(facts(null, CONNECTED, true));
    assertThat(new ObjectMapper().readTree(text))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"device":"phone","connected":true,"notifications":[
                      {"id":"one","kind":"notification","app":"com.news","state":"inFlight",
                       "acceptedAt":"1970-01-01T00:00:05Z","expiresAt":"1970-01-01T00:00:09Z",
                       "payloadBytes":10},
                      {"id":"two","kind":"withdrawal","app":"com.news","state":"waiting",
                       "acceptedAt":"1970-01-01T00:00:04Z","payloadBytes":20}]}
                    """));
  }
}
