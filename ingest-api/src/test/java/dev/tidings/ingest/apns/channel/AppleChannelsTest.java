package dev.tidings.ingest.apns.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.provider.Providers;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.apns.push.AppleTokens;
import dev.tidings.ingest.apns.push.PushMeters;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.broadcast.BroadcastResult;
import dev.tidings.ingest.broadcast.InMemoryBroadcasts;
import dev.tidings.ingest.channel.ChannelDesk;
import dev.tidings.ingest.channel.ChannelResult;
import dev.tidings.ingest.channel.InMemoryChannels;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.testing.TestConnection;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.ChannelId;
import dev.tidings.schemas.value.JsonPayload;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Apple's tables of channels and broadcasts, one row a line: what is sent, and the status and the
 * reason on the wire.
 *
 * <p>Shows G154 of docs/guarantees.md.
 */
class AppleChannelsTest {
  private static final String APP = "com.example.news";
  private static final String ID = "0f0e0d0c-0b0a-4908-8706-050403020100";
  private static final ChannelKey STORING = key("Stores00");
  private static final ChannelKey PASSING = key("Passes00");

  private final AppleTokens tokens = new AppleTokens();
  private final InMemoryChannels channels = new InMemoryChannels();
  private final InMemoryBroadcasts broadcasts = new InMemoryBroadcasts(2);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, String> fields = new HashMap<>();
  private Client client = new Client();
  private boolean closing;
  private boolean authenticated;
  private ChannelDesk.Limits limits = new ChannelDesk.Limits(10, 100, 100);
  private BroadcastDesk.Limits broadcastLimits = new BroadcastDesk.Limits(10, 100);

  private static ChannelKey key(String id) {
    return new ChannelKey(new AppId(APP), new ChannelId(id));
  }

  /** A connection, and what its last request was answered. */
  private static final class Client extends TestConnection implements Exchange {
    private @Nullable Response answer;

    @Override
    public void respond(Response response) {
      assertThat(answer).as("one response").isNull();
      answer = response;
    }

    @Override
    public Connection connection() {
      return this;
    }

    @Override
    public void goAway() {
      // It opens another.
    }
  }

  @BeforeEach
  void create() {
    channels.createdElsewhere(STORING, true);
    channels.createdElsewhere(PASSING, false);
    assertThat(channels.catchUp()).isPresent();
  }

  private ChannelService service() {
    Providers providers = new Providers(tokens, new AddressRefusals(() -> 0), tokens::now, () -> 0);
    return new ChannelService(
        new ChannelService.Parts(
            new ChannelDesk(channels, _ -> Optional.of("TEAM000001"), limits, () -> 0),
            new BroadcastDesk(broadcasts, _ -> Optional.of("TEAM000001"), broadcastLimits, () -> 0),
            new BodyMemory(1 << 20),
            new JsonPayload(),
            SendLimits.none(),
            new PushMeters(meters),
            tokens::now),
        () -> closing,
        authenticated ? Optional.of(new ProviderGate(providers)) : Optional.empty(),
        (_, _) -> {
          throw new AssertionError("a path of others");
        });
  }

  /**
   * Sends a request.
   *
   * @param headers as {@code name=value name=value}
   */
  private String send(
      ChannelService service, String method, String path, String headers, String body) {
    List<Map.Entry<CharSequence, CharSequence>> all = new ArrayList<>();
    for (String header : headers.split(" ", -1)) {
      int end = header.indexOf('=');
      if (end > 0) {
        // A token has spaces in its field.
        all.add(Map.entry(header.substring(0, end), header.substring(end + 1).replace('~', ' ')));
      }
    }
    client.answer = null;
    BodyReader reader = service.serve(Request.of(method, path, all), client);
    if (client.answer == null) {
      if (body.equals("nothing comes")) {
        reader.timedOut();
      } else {
        reader.part(Unpooled.copiedBuffer(body, UTF_8), true);
        reader.end();
      }
    }
    Response answer = client.answer;
    assertThat(answer).isNotNull();
    fields.clear();
    for (int i = 0; i < answer.fields().length; i += 2) {
      fields.put(answer.fields()[i].toString(), answer.fields()[i + 1].toString());
    }
    return (answer.status().code() + " " + new String(answer.body(), UTF_8)).strip();
  }

  private String send(String method, String path, String headers, String body) {
    return send(service(), method, path, headers, body);
  }

  @Test
  void a_channel_is_created_read_listed_and_deleted_for_good() {
    String path = "/1/apps/" + APP + "/channels";
    assertThat(
            send(
                "POST",
                path,
                "apns-request-id=" + ID,
                "{\"message-storage-policy\":1,\"push-type\":\"LiveActivity\"}"))
        .isEqualTo("201");
    assertThat(fields).containsEntry("apns-request-id", ID);
    String id = fields.get("apns-channel-id");
    assertThat(java.util.Base64.getDecoder().decode(id)).hasSize(18);

    assertThat(send("GET", path, "apns-channel-id=" + id, ""))
        .isEqualTo("200 {\"message-storage-policy\":1,\"push-type\":\"LiveActivity\"}");
    assertThat(fields).containsEntry("content-type", "application/json");
    assertThat(fields.get("apns-request-id")).matches("[0-9a-f-]{36}");
    assertThat(send("GET", "/1/apps/" + APP + "/all-channels", "", ""))
        .isEqualTo("200 {\"channels\":[\"Stores00\",\"Passes00\",\"" + id + "\"]}");

    assertThat(send("DELETE", path, "apns-channel-id=" + id, "")).isEqualTo("204");
    assertThat(fields).containsKey("apns-request-id");
    for (String method : List.of("GET", "DELETE")) {
      assertThat(send(method, path, "apns-channel-id=" + id, ""))
          .isEqualTo("400 {\"reason\":\"ChannelNotRegistered\"}");
    }
    assertThat(send("GET", "/1/apps/" + APP + "/all-channels", "", ""))
        .isEqualTo("200 {\"channels\":[\"Stores00\",\"Passes00\"]}");
    assertThat(send("GET", "/1/apps/com.example.none/all-channels", "", ""))
        .isEqualTo("200 {\"channels\":[]}");
  }

  /** In front of it: once the channel is gone, nobody could ask for that again. */
  @Test
  void what_a_channel_keeps_is_forgotten_when_it_is_deleted() {
    String path = "/1/apps/" + APP + "/channels";
    broadcasts.fault = new BroadcastResult.NotWritten();
    assertThat(send("DELETE", path, "apns-channel-id=Stores00", ""))
        .isEqualTo("503 {\"reason\":\"ServiceUnavailable\"}");
    assertThat(channels.find(STORING)).isPresent();

    broadcasts.fault = null;
    assertThat(send("DELETE", path, "apns-channel-id=Stores00", "")).isEqualTo("204");
    assertThat(send("DELETE", path, "apns-channel-id=Passes00", "")).isEqualTo("204");

    assertThat(broadcasts.sent).hasSize(1);
    Broadcast forgetting = broadcasts.sent.getFirst();
    assertThat(forgetting.getApp()).isEqualTo(APP);
    assertThat(forgetting.getCondition()).isEqualTo("'channel:Stores00' in topics");
    assertThat(forgetting.getNotification().getPayload().remaining()).isZero();
    assertThat(forgetting.getNotification().getExpiration()).isZero();
    assertThat(forgetting.getNotification().getDeliverAt()).isNull();
  }

  /** Node.js' node-apn writes it so, with more in the body. */
  @Test
  void the_push_type_of_a_channel_may_be_in_lower_case_beside_other_members() {
    assertThat(
            send(
                "POST",
                "/1/apps/" + APP + "/channels",
                "apns-priority=10",
                "{\"message-storage-policy\":0,\"push-type\":\"liveactivity\",\"aps\":{\"a\":[1]}}"))
        .isEqualTo("201");
    assertThat(channels.find(key(fields.get("apns-channel-id"))).orElseThrow().stores()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no body          | ``                                    | 400 | PayloadEmpty",
        "no JSON          | {                                     | 400 | BadRequestPayload",
        "no object        | []                                    | 400 | BadRequestPayload",
        "no policy        | {~push-type~:~LiveActivity~}          | 400 | BadRequestParams",
        "no type          | {~message-storage-policy~:1}          | 400 | BadRequestParams",
        "policy 2         | {policy 2}                            | 400 | BadRequestParams",
        "policy 1.0       | {policy 1.0}                          | 400 | BadRequestParams",
        "policy as text   | {policy \"1\"}                        | 400 | BadRequestParams",
        "policy twice     | {policy 1,\"message-storage-policy\":1} | 400 | BadRequestParams",
        "another type     | {type alert}                          | 400 | BadRequestParams",
        "too large        | {5121}                                | 413 | PayloadTooLarge",
        "one too many     | {policy 1}                | 400 | CannotCreateChannelConfig",
        "too fast         | {policy 1}                            | 429 | TooManyRequests",
        "the log is busy  | {policy 1}                            | 429 | TooManyRequests",
        "the log is away  | {policy 1}                            | 503 | ServiceUnavailable",
        "not for the log  | {policy 1}                            | 500 | InternalServerError",
        "not read         | {policy 1}                            | 503 | ServiceUnavailable",
        "the service stops | {policy 1}                           | 503 | Shutdown",
        "no body comes    | nothing comes                         | 400 | IdleTimeout",
      })
  void what_a_channel_is_to_be(String name, String body, int status, String reason) {
    ChannelService service = service();
    switch (name) {
      case "one too many" -> limits = new ChannelDesk.Limits(2, 100, 100);
      case "too fast" -> {
        limits = new ChannelDesk.Limits(10, 100, 1);
        service = service();
        assertThat(send(service, "POST", path(), "", policy("1"))).isEqualTo("201");
      }
      case "the log is busy" -> channels.fault = new ChannelResult.Busy();
      case "the log is away" -> channels.fault = new ChannelResult.NotWritten();
      case "not for the log" -> channels.fault = new ChannelResult.Failed();
      case "not read" -> channels.known = false;
      case "the service stops" -> closing = true;
      default -> {
        // As it is.
      }
    }
    String written =
        body.replace('~', '"')
            .replace("{5121}", "{\"a\":\"" + "x".repeat(5_113) + "\"}")
            .replace("{type alert}", "{\"message-storage-policy\":1,\"push-type\":\"Alert\"}");
    if (written.startsWith("{policy ")) {
      written = policy(written.substring("{policy ".length(), written.length() - 1));
    }
    if (name.equals("one too many")) {
      service = service();
    }
    assertRefused(send(service, "POST", path(), "", written), status, reason);
  }

  private static String path() {
    return "/1/apps/" + APP + "/channels";
  }

  private static String policy(String number) {
    return "{\"push-type\":\"LiveActivity\",\"message-storage-policy\":" + number + "}";
  }

  private void assertRefused(String answer, int status, String reason) {
    assertThat(answer).startsWith(status + " {\"reason\":\"" + reason + "\"").endsWith("}");
    assertThat(fields)
        .containsEntry("content-type", "application/json")
        .containsKey("apns-request-id");
    assertThat(fields.containsKey("retry-after"))
        .isEqualTo(status == 503 || reason.equals("TooManyRequests"));
    assertThat(meters.get("tidings.ingest.refused").tag("reason", reason).counters())
        .anyMatch(counter -> counter.count() == 1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no channel       | GET    | /1/apps/{app}/channels  | x=y                    | 400 |"
            + " MissingChannelId",
        "an empty one     | GET    | /1/apps/{app}/channels  | apns-channel-id=       | 400 |"
            + " MissingChannelId",
        "no base64        | DELETE | /1/apps/{app}/channels  | apns-channel-id=a*b    | 400 |"
            + " BadChannelId",
        "of Apple         | GET    | /1/apps/{app}/channels  | apns-channel-id=dHN0LXNyY2gtY2hubA=="
            + " | 400 | ChannelNotRegistered",
        "an unknown one   | GET    | /1/apps/{app}/channels  | apns-channel-id=Other000 | 400 |"
            + " ChannelNotRegistered",
        "of another app   | GET    | /1/apps/com.a/channels  | apns-channel-id=Stores00 | 400 |"
            + " ChannelNotRegistered",
        "a header twice   | GET    | /1/apps/{app}/channels  | apns-channel-id=Stores00"
            + " apns-channel-id=Stores00 | 400 | DuplicateHeaders",
        "request id       | GET    | /1/apps/{app}/channels  | apns-channel-id=Stores00"
            + " apns-request-id=1 | 400 | BadMessageId",
        "with a suffix    | GET    | /1/apps/{app}.voip/channels | apns-channel-id=Stores00 | 400 |"
            + " TopicDisallowed",
        "no bundle id     | GET    | /1/apps/a%20b/channels  | apns-channel-id=Stores00 | 400 |"
            + " TopicDisallowed",
        "another path     | GET    | /1/apps/{app}/channel   | x=y                    | 404 |"
            + " BadPath",
        "a trailing slash | GET    | /1/apps/{app}/channels/ | apns-channel-id=Stores00 | 404 |"
            + " BadPath",
        "a query          | GET    | /1/apps/{app}/channels?a | apns-channel-id=Stores00 | 404 |"
            + " BadPath",
        "another of these | GET    | /4/broadcasts/{app}     | apns-channel-id=Stores00 | 404 |"
            + " BadPath",
        "another method   | PUT    | /1/apps/{app}/channels  | apns-channel-id=Stores00 | 405 |"
            + " MethodNotAllowed",
        "list by POST     | POST   | /1/apps/{app}/all-channels | x=y                 | 405 |"
            + " MethodNotAllowed",
        "send by GET      | GET    | /4/broadcasts/apps/{app} | x=y                   | 405 |"
            + " MethodNotAllowed",
        "crowded          | GET    | /1/apps/{app}/all-channels | x=y                 | 503 |"
            + " ServiceUnavailable",
        "not deleted      | DELETE | /1/apps/{app}/channels  | apns-channel-id=Stores00 | 503 |"
            + " ServiceUnavailable",
      })
  void what_is_asked_about_channels(
      String name, String method, String path, String headers, int status, String reason) {
    channels.crowded = name.equals("crowded");
    channels.fault = name.equals("not deleted") ? new ChannelResult.NotWritten() : null;
    assertRefused(send(method, path.replace("{app}", APP), headers, ""), status, reason);
    assertThat(fields.containsKey("allow")).isEqualTo(status == 405);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "no authorization           | 403 | MissingProviderToken",
        "a wrong signature          | 403 | InvalidProviderToken",
        "3601 s old                 | 403 | ExpiredProviderToken",
        "the app of another team    | 400 | TopicDisallowed",
        "an app that nobody has     | 400 | TopicDisallowed",
      })
  void who_asks(String name, int status, String reason) {
    authenticated = true;
    String app =
        switch (name) {
          case "the app of another team" -> "com.example.other";
          case "an app that nobody has" -> "com.example.none";
          default -> APP;
        };
    String authorization = tokens.authorization(name);
    String field =
        authorization == null ? "" : "authorization=" + authorization.replace(' ', '~') + ' ';
    for (String operation :
        List.of(
            "POST /1/apps/%s/channels",
            "GET /1/apps/%s/channels",
            "DELETE /1/apps/%s/channels",
            "GET /1/apps/%s/all-channels",
            "POST /4/broadcasts/apps/%s")) {
      String[] parts = operation.formatted(app).split(" ", 2);
      client = new Client();
      assertThat(
              send(
                  parts[0],
                  parts[1],
                  field + "apns-channel-id=Stores00 apns-push-type=liveactivity",
                  policy("1")))
          .as(operation)
          .startsWith(status + " {\"reason\":\"" + reason + "\"");
      assertThat(fields).containsKey("apns-request-id");
    }
    assertThat(broadcasts.sent).isEmpty();
    assertThat(channels.ids(app)).hasSize(app.equals(APP) ? 2 : 0);
  }

  @Test
  void who_may_sends_and_creates() {
    authenticated = true;
    String field = "authorization=" + tokens.authorization("valid").replace(' ', '~');
    assertThat(send("POST", path(), field, policy("0"))).isEqualTo("201");
    assertThat(
            send(
                "POST",
                "/4/broadcasts/apps/" + APP,
                field + " apns-channel-id=Passes00 apns-push-type=liveactivity",
                "{}"))
        .isEqualTo("200");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no channel       | apns-push-type=liveactivity | {} | 400 | MissingChannelId",
        "no base64        | apns-channel-id=* apns-push-type=liveactivity | {} | 400 |"
            + " BadChannelId",
        "no push type     | apns-channel-id=Stores00 | {} | 400 | MissingPushType",
        "an unknown type  | apns-channel-id=Stores00 apns-push-type=loud | {} | 400 |"
            + " InvalidPushType",
        "another type     | apns-channel-id=Stores00 apns-push-type=voip | {} | 400 |"
            + " InvalidPushType",
        "expiration       | {to} apns-expiration=soon | {} | 400 | BadExpirationDate",
        "priority         | {to} apns-priority=7 | {} | 400 | BadPriority",
        "not registered   | apns-channel-id=Other000 apns-push-type=liveactivity | {} | 400 |"
            + " ChannelNotRegistered",
        "policy 0         | apns-channel-id=Passes00 apns-push-type=liveactivity"
            + " apns-expiration=9999999999 | {} | 400 | BadExpirationDate",
        "policy 0, past   | apns-channel-id=Passes00 apns-push-type=liveactivity"
            + " apns-expiration=1 | {} | 400 | BadExpirationDate",
        "no body          | {to} | `` | 400 | PayloadEmpty",
        "no JSON          | {to} | nope | 400 | BadRequestPayload",
        "no object        | {to} | [] | 400 | BadRequestPayload",
        "type and payload | apns-channel-id=Stores00 apns-push-type=background |"
            + " {\"aps\":{\"alert\":\"a\"}} | 400 | InvalidPushType",
        "too large        | {to} | {5121} | 413 | PayloadTooLarge",
        "too many         | {to} | {} | 429 | TooManyRequests",
        "too fast         | {to} | {} | 429 | TooManyRequests",
        "the log is busy  | {to} | {} | 429 | TooManyRequests",
        "the log is away  | {to} | {} | 503 | ServiceUnavailable",
        "not for the log  | {to} | {} | 500 | InternalServerError",
        "an id again      | {to} apns-request-id={id} | {} | 400 | BadMessageId",
        "type before time | apns-channel-id=Stores00 apns-push-type=voip apns-expiration=x"
            + " apns-priority=7 | `` | 400 | InvalidPushType",
        "time before priority | {to} apns-expiration=x apns-priority=7 | `` | 400 |"
            + " BadExpirationDate",
        "priority before channel | apns-channel-id=Other000 apns-push-type=liveactivity"
            + " apns-priority=7 | `` | 400 | BadPriority",
        "channel before payload  | apns-channel-id=Other000 apns-push-type=liveactivity | {5121} |"
            + " 400 | ChannelNotRegistered",
      })
  void what_is_sent(String name, String headers, String body, int status, String reason) {
    String to = "apns-channel-id=Stores00 apns-push-type=liveactivity";
    String path = "/4/broadcasts/apps/" + APP;
    switch (name) {
      case "too many" -> broadcastLimits = new BroadcastDesk.Limits(1, 100);
      case "too fast" -> broadcastLimits = new BroadcastDesk.Limits(10, 1);
      case "the log is busy" -> broadcasts.fault = new BroadcastResult.Busy();
      case "the log is away" -> broadcasts.fault = new BroadcastResult.NotWritten();
      case "not for the log" -> broadcasts.fault = new BroadcastResult.Failed();
      default -> {
        // As it is.
      }
    }
    ChannelService service = service();
    if (name.equals("an id again")) {
      String other = "apns-channel-id=Passes00 apns-push-type=alert apns-request-id=" + ID;
      assertThat(send(service, "POST", path, other, "{}")).isEqualTo("200");
    } else if (name.startsWith("too ") && status == 429) {
      assertThat(send(service, "POST", path, to, "{}")).isEqualTo("200");
    }
    int before = broadcasts.sent.size();
    assertRefused(
        send(
            service,
            "POST",
            path,
            headers.replace("{to}", to).replace("{id}", ID),
            body.replace("{5121}", "{\"a\":\"" + "x".repeat(5_113) + "\"}")),
        status,
        reason);
    assertThat(broadcasts.sent).hasSize(before);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "to a channel that passes on   | Passes00 | liveactivity |                | 0     | 10",
        "the same, with expiration 0   | Passes00 | alert        | 0              | 0     | 10",
        "kept, but not to be           | Stores00 | background   |                | 0     | 5",
        "kept, with expiration 0       | Stores00 | liveactivity | 0              | 0     | 10",
        "kept, for an hour             | Stores00 | liveactivity | +3600          | 3600  | 10",
        "kept, for a day               | Stores00 | liveactivity | +86400         | 28800 | 10",
        "kept, until it has passed     | Stores00 | liveactivity | -1             | 0     | 10",
      })
  void what_becomes_a_broadcast_to_those_who_have_joined(
      String name,
      String channel,
      String type,
      @Nullable String expiration,
      long seconds,
      int priority) {
    long now = tokens.now().getEpochSecond();
    String time =
        expiration == null
            ? ""
            : " apns-expiration=" + (expiration.equals("0") ? 0 : now + Long.parseLong(expiration));
    String payload = "{\"aps\":{\"event\":\"update\", \"content-state\":{\"n\":1.0}}}";
    assertThat(
            send(
                "POST",
                "/4/broadcasts/apps/" + APP,
                "apns-channel-id=%s apns-push-type=%s apns-request-id=%s%s"
                    .formatted(channel, type, ID.toUpperCase(java.util.Locale.ROOT), time),
                payload))
        .isEqualTo("200");
    assertThat(fields)
        .containsEntry("apns-request-id", ID.toUpperCase(java.util.Locale.ROOT))
        .containsKey("apns-unique-id");
    assertThat(broadcasts.sent).hasSize(1);
    Broadcast sent = broadcasts.sent.getFirst();
    assertThat(sent.getApp()).isEqualTo(APP);
    assertThat(sent.getCondition()).isEqualTo("'channel:" + channel + "' in topics");
    assertThat(sent.getNotification().getId()).isEqualTo(ID);
    assertThat(sent.getNotification().getPushType()).isEqualTo(type);
    assertThat(sent.getNotification().getPriority()).isEqualTo(priority);
    assertThat(sent.getNotification().getExpiration())
        .isEqualTo(seconds == 0 ? 0 : (now + seconds) * 1000);
    assertThat(sent.getNotification().getCollapseId()).isEqualTo(seconds == 0 ? null : channel);
    assertThat(new String(sent.getNotification().getPayload().array(), UTF_8)).isEqualTo(payload);
  }

  @Test
  void a_list_which_may_be_long_is_given_so_often_only() {
    ChannelService service = service();
    for (int i = 0; i < 10; i++) {
      assertThat(send(service, "GET", "/1/apps/" + APP + "/all-channels", "", ""))
          .startsWith("200 ");
    }
    assertRefused(
        send(service, "GET", "/1/apps/" + APP + "/all-channels", "", ""), 429, "TooManyRequests");
    assertThat(send(service, "GET", "/1/apps/com.example.mail/all-channels", "", ""))
        .startsWith("200 ");
  }

  @Test
  void a_channel_that_another_process_has_created_a_moment_ago_is_waited_for() {
    channels.createdElsewhere(key("Late0000"), true);
    assertThat(send("GET", path(), "apns-channel-id=Late0000", "")).startsWith("200 ");
  }

  /** Five seconds of patience are the service's own; what the server tells it ends it before. */
  @Test
  void who_waits_for_the_log_is_told_when_it_has_taken_too_long() {
    channels.readable = false;
    client.answer = null;
    BodyReader reader =
        service()
            .serve(
                Request.of("GET", path(), List.of(Map.entry("apns-channel-id", "Late0000"))),
                client);
    reader.end();
    assertThat(client.answer).isNull();
    reader.timedOut();
    Response answer = client.answer;
    assertThat(answer).isNotNull();
    assertThat(answer.status().code()).isEqualTo(503);
  }

  @Test
  void requests_about_one_channel_are_completed_in_the_order_in_which_they_began() {
    List<@Nullable Object> orders = new ArrayList<>();
    for (String to : List.of("Stores00", "Stores00", "Passes00")) {
      client.answer = null;
      orders.add(
          service()
              .serve(
                  Request.of(
                      "POST",
                      "/4/broadcasts/apps/" + APP,
                      List.of(
                          Map.entry("apns-channel-id", to),
                          Map.entry("apns-push-type", "liveactivity"))),
                  client)
              .order());
    }
    assertThat(orders.get(0)).isNotNull().isEqualTo(orders.get(1)).isNotEqualTo(orders.get(2));
  }
}
