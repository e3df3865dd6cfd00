package dev.tidings.ingest.apns.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.provider.Providers;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.accept.FixedProducer;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.apns.request.RequestCheck;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.testing.TestConnection;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.Token;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Apple's tables, one row a line: what is sent, and the status and the reason on the wire. */
@TestInstance(Lifecycle.PER_CLASS)
class AppleTableTest {
  private static final String APP = "com.example.news";
  private static final long GONE_MILLIS = 1_700_000_000_123L;
  private static final TokenKeys KEYS = TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f");

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  private final AppleTokens tokens = new AppleTokens();
  private MockProducer<byte[], byte[]> producer;
  private InFlight inFlight;
  private Client client;
  private boolean closing;

  @BeforeEach
  void begin() {
    producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    inFlight = new InFlight(10);
    client = new Client();
    closing = false;
  }

  @AfterAll
  void close() {
    schemas.close();
    registry.close();
  }

  /** A connection, and what its last request was answered. */
  private static final class Client extends TestConnection implements Exchange {
    private @Nullable Response answer;

    @Override
    public void respond(Response response) {
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

  private static Token token(String device, String app) {
    return new TokenMint(KEYS).mint(new DeviceId(device), new AppId(app), 0);
  }

  private static OptionalLong revoked(Token token) throws RevocationLookup.UnknownException {
    if (token.equals(token("unknown", APP))) {
      throw new RevocationLookup.UnknownException();
    }
    return token.equals(token("gone", APP)) ? OptionalLong.of(GONE_MILLIS) : OptionalLong.empty();
  }

  private PushService service(Optional<ProviderGate> gate) {
    PushPipeline pipeline =
        new PushPipeline(
            new RequestCheck(new TokenCheck(KEYS), AppleTableTest::revoked, InstantSource.system()),
            new BodyMemory(1 << 20),
            new JsonPayload(),
            new NotificationLog(
                new FixedProducer(producer),
                inFlight,
                "tidings.notifications",
                schemas,
                "test",
                InstantSource.system()),
            new PushMeters(new SimpleMeterRegistry()));
    return new PushService(pipeline, () -> closing, gate, SendLimits.none());
  }

  /**
   * Sends a request.
   *
   * @param headers as {@code name=value name=value}
   */
  private BodyReader send(
      PushService service, String method, String path, String headers, String body) {
    List<Map.Entry<CharSequence, CharSequence>> all = new ArrayList<>();
    for (String header : headers.split(" ", -1)) {
      int end = header.indexOf('=');
      if (end > 0) {
        // A token has spaces in its field.
        all.add(Map.entry(header.substring(0, end), header.substring(end + 1).replace('~', ' ')));
      }
    }
    BodyReader reader = service.serve(Request.of(method, path, all), client);
    if (client.answer == null) {
      reader.part(Unpooled.copiedBuffer(body, UTF_8), true);
      reader.end();
    }
    return reader;
  }

  private void assertAnswer(int status, String reason) {
    Response answer = client.answer;
    assertThat(answer).isNotNull();
    String body = new String(answer.body(), UTF_8);
    assertThat(answer.status().code()).as(body).isEqualTo(status);
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < answer.fields().length; i += 2) {
      fields.put(answer.fields()[i].toString(), answer.fields()[i + 1].toString());
    }
    assertThat(fields).containsKeys("apns-id", "apns-unique-id");
    if (status == 200) {
      assertThat(body).isEmpty();
      return;
    }
    assertThat(body).startsWith("{\"reason\":\"" + reason + "\"").endsWith("}");
    assertThat(fields).containsEntry("content-type", "application/json");
    if (status == 410) {
      assertThat(body).contains("\"timestamp\":" + GONE_MILLIS);
    } else {
      assertThat(body).doesNotContain("timestamp");
    }
    assertThat(fields.containsKey("retry-after")).isEqualTo(status == 503 || isTooMany(reason));
  }

  private static boolean isTooMany(String reason) {
    return reason.equals("TooManyRequests");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "alert                        | alert        | com.example.news                          |"
            + " 200 |",
        "alert, said by nobody        |              | com.example.news                          |"
            + " 200 |",
        "location                     | location     | com.example.news.location-query           |"
            + " 200 |",
        "voip                         | voip         | com.example.news.voip                     |"
            + " 200 |",
        "complication                 | complication | com.example.news.complication             |"
            + " 200 |",
        "fileprovider                 | fileprovider | com.example.news.pushkit.fileprovider     |"
            + " 200 |",
        "liveactivity                 | liveactivity | com.example.news.push-type.liveactivity   |"
            + " 200 |",
        "pushtotalk                   | pushtotalk   | com.example.news.voip-ptt                 |"
            + " 200 |",
        "controls                     | controls     | com.example.news.push-type.controls       |"
            + " 200 |",
        "widgets                      | widgets      | com.example.news.push-type.widgets        |"
            + " 200 |",
        "background                   | background   | com.example.news                          |"
            + " 200 |",
        "mdm without its certificate  | mdm          | com.example.news                          |"
            + " 400 | TopicDisallowed",
        "an unknown type              | loud         | com.example.news                          |"
            + " 400 | InvalidPushType",
        "voip without its suffix      | voip         | com.example.news                          |"
            + " 400 | BadTopic",
        "alert with another's suffix  | alert        | com.example.news.voip                     |"
            + " 400 | BadTopic",
        "another's suffix             | widgets      | com.example.news.push-type.controls       |"
            + " 400 | BadTopic",
      })
  void a3_push_types_and_topics(
      String name, @Nullable String type, String topic, int status, @Nullable String reason) {
    String body =
        "background".equals(type) ? "{\"aps\":{\"content-available\":1}}" : "{\"aps\":{}}";
    send(
        service(Optional.empty()),
        "POST",
        "/3/device/" + token("phone", APP).hex(),
        "apns-topic=" + topic + (type == null ? "" : " apns-push-type=" + type),
        body);

    assertAnswer(status, reason == null ? "" : reason);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "valid                        | 200 |",
        "the same again               | 200 |",
        "no authorization             | 403 | MissingProviderToken",
        "another scheme               | 403 | MissingProviderToken",
        "an empty token               | 403 | MissingProviderToken",
        "two parts                    | 403 | InvalidProviderToken",
        "no base64url                 | 403 | InvalidProviderToken",
        "no JSON                      | 403 | InvalidProviderToken",
        "another algorithm            | 403 | InvalidProviderToken",
        "no kid                       | 403 | InvalidProviderToken",
        "no iss                       | 403 | InvalidProviderToken",
        "iat no number                | 403 | InvalidProviderToken",
        "an unknown key               | 403 | InvalidProviderToken",
        "a wrong signature            | 403 | InvalidProviderToken",
        "the team of another key      | 403 | InvalidProviderToken",
        "3601 s old                   | 403 | ExpiredProviderToken",
        "from the future              | 403 | InvalidProviderToken",
        "another team than before     | 403 | InvalidProviderToken",
        "a key with other topics      | 403 | UnrelatedKeyIdInToken",
        "another too soon             | 429 | TooManyProviderTokenUpdates",
        "another app's topic          | 400 | TopicDisallowed",
      })
  void a4_provider_tokens(String name, int status, @Nullable String reason) {
    Providers providers = new Providers(tokens, new AddressRefusals(() -> 0), tokens::now, () -> 0);
    PushService service = service(Optional.of(new ProviderGate(providers)));
    String path = "/3/device/" + token("phone", APP).hex();
    for (String authorization : tokens.before(name)) {
      client.answer = null;
      send(service, "POST", path, field(authorization) + " apns-topic=" + APP, "{}");
      assertAnswer(200, "");
    }
    client.answer = null;
    String topic = name.startsWith("another app") ? "com.example.other" : APP;
    send(service, "POST", path, field(tokens.authorization(name)) + " apns-topic=" + topic, "{}");

    assertAnswer(status, reason == null ? "" : reason);
  }

  private static String field(@Nullable String authorization) {
    return authorization == null ? "" : "authorization=" + authorization.replace(' ', '~');
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "accepted                 | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | {}   | 200 |",
        "collapse id              | POST | /3/device/{phone} | apns-topic={app}"
            + " apns-collapse-id={65}   | {}   | 400 | BadCollapseId",
        "no token of ours         | POST | /3/device/abc     | apns-topic={app}                    "
            + "     | {}   | 400 | BadDeviceToken",
        "expiration               | POST | /3/device/{phone} | apns-topic={app}"
            + " apns-expiration=soon    | {}   | 400 | BadExpirationDate",
        "id                       | POST | /3/device/{phone} | apns-topic={app} apns-id=1          "
            + "     | {}   | 400 | BadMessageId",
        "priority                 | POST | /3/device/{phone} | apns-topic={app} apns-priority=7    "
            + "     | {}   | 400 | BadPriority",
        "topic                    | POST | /3/device/{phone} | apns-topic=a/b                      "
            + "     | {}   | 400 | BadTopic",
        "the token of another app | POST | /3/device/{phone} | apns-topic=com.example.mail         "
            + "     | {}   | 400 | DeviceTokenNotForTopic",
        "a header twice           | POST | /3/device/{phone} | apns-topic={app} apns-topic={app}   "
            + "     | {}   | 400 | DuplicateHeaders",
        "push type                | POST | /3/device/{phone} | apns-topic={app} apns-push-type=loud"
            + "     | {}   | 400 | InvalidPushType",
        "type and payload         | POST | /3/device/{phone} | apns-topic={app}"
            + " apns-push-type=background | {\"aps\":{\"alert\":\"a\"}} | 400 | InvalidPushType",
        "no token                 | POST | /3/device/        | apns-topic={app}                    "
            + "     | {}   | 400 | MissingDeviceToken",
        "no topic                 | POST | /3/device/{phone} | x=y                                 "
            + "     | {}   | 400 | MissingTopic",
        "no body                  | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | ''   | 400 | PayloadEmpty",
        "no JSON object           | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | []   | 400 | PayloadEmpty",
        "another path             | POST | /3/devices        | apns-topic={app}                    "
            + "     | {}   | 404 | BadPath",
        "another method           | PUT  | /3/device/{phone} | apns-topic={app}                    "
            + "     | {}   | 405 | MethodNotAllowed",
        "gone                     | POST | /3/device/{gone}  | apns-topic={app}                    "
            + "     | {}   | 410 | Unregistered",
        "too large                | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | {4097} | 413 | PayloadTooLarge",
        "too many in flight       | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | {}   | 429 | TooManyRequests",
        "not for the log          | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | {}   | 500 | InternalServerError",
        "the log is away          | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | {}   | 503 | ServiceUnavailable",
        "perhaps revoked          | POST | /3/device/{unknown} | apns-topic={app}                  "
            + "     | {}   | 503 | ServiceUnavailable",
        "the service stops        | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | {}   | 503 | Shutdown",
        "the body does not come   | POST | /3/device/{phone} | apns-topic={app}                    "
            + "     | {}   | 400 | IdleTimeout",
      })
  void a6_answers(
      String name,
      String method,
      String path,
      String headers,
      String body,
      int status,
      @Nullable String reason) {
    closing = name.equals("the service stops");
    switch (name) {
      case "too many in flight" -> {
        while (inFlight.enter()) {
          // All places are taken.
        }
      }
      case "not for the log" -> producer.sendException = new RecordTooLargeException("too large");
      case "the log is away" -> producer.sendException = new TimeoutException("away");
      default -> {
        // As it is.
      }
    }
    PushService service = service(Optional.empty());
    String to =
        path.replace("{phone}", token("phone", APP).hex())
            .replace("{gone}", token("gone", APP).hex())
            .replace("{unknown}", token("unknown", APP).hex());
    String with = headers.replace("{app}", APP).replace("{65}", "c".repeat(65));
    if (name.equals("the body does not come")) {
      service
          .serve(Request.of(method, to, List.of(Map.entry("apns-topic", APP))), client)
          .timedOut();
    } else {
      String payload = body.replace("{4097}", "{\"a\":\"" + "x".repeat(4_089) + "\"}");
      send(service, method, to, with, payload);
    }

    assertAnswer(status, reason == null ? "" : reason);
  }

  /** As Apple writes them, whether or not a request comes to each. */
  @ParameterizedTest
  @EnumSource
  void each_reason_has_apples_status_and_is_written_as_apple_writes_it(RejectionReason reason) {
    String table =
        """
        400 BadCollapseId BadDeviceToken BadExpirationDate BadMessageId BadPriority BadTopic \
        DeviceTokenNotForTopic DuplicateHeaders IdleTimeout InvalidPushType MissingDeviceToken \
        MissingTopic PayloadEmpty TopicDisallowed BadChannelId BadRequestParams BadRequestPayload \
        CannotCreateChannelConfig ChannelNotRegistered MissingChannelId MissingPushType
        403 BadCertificate BadCertificateEnvironment ExpiredProviderToken Forbidden \
        InvalidProviderToken MissingProviderToken UnrelatedKeyIdInToken
        404 BadPath
        405 MethodNotAllowed
        410 Unregistered
        413 PayloadTooLarge
        429 TooManyProviderTokenUpdates TooManyRequests
        500 InternalServerError
        503 ServiceUnavailable Shutdown
        """;
    String row =
        table
            .lines()
            .filter(line -> line.startsWith(reason.status() + " "))
            .findFirst()
            .orElseThrow();

    assertThat(List.of(row.split(" +", -1))).contains(reason.text());
    if (reason != RejectionReason.BAD_PAYLOAD) {
      assertThat(reason.text().toLowerCase(Locale.ROOT))
          .isEqualTo(reason.name().replace("_", "").toLowerCase(Locale.ROOT));
    }
  }
}
