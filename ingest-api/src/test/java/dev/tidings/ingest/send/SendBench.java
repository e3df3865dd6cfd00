package dev.tidings.ingest.send;

import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.accept.FixedProducer;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.InFlightShare;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.broadcast.InMemoryBroadcasts;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.ingest.repeat.Repetitions;
import dev.tidings.ingest.testing.TestConnection;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What sending needs, without a network, and one client. */
public final class SendBench implements AutoCloseable {
  public static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  public static final AppId APP = new AppId("com.example.news");
  private static final TokenKeys KEYS = TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f");
  private static final String TOPIC = "tidings.notifications";
  private static final long BUFFER = 32L << 20;

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  public final MockProducer<byte[], byte[]> producer;
  public final BroadcastDesk broadcastDesk;
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  public final BodyMemory bodies = new BodyMemory(16 << 20);
  public final InFlight inFlight;
  public final InFlightShare lines;
  public final NotificationLog log;
  public final SendDesk desk;
  public final List<Response> answers = new ArrayList<>();
  public final InMemoryBroadcasts broadcasts = new InMemoryBroadcasts(2);
  public long broadcastNanos;
  private final Map<String, Earlier> receipts = new HashMap<>();

  /** Where questions wait to be answered; null if they are answered at once. */
  public @Nullable Deque<Runnable> asked;

  /** Of all that were asked. */
  public int questions;

  private final Map<AttributeKey<?>, Object> kept = new ConcurrentHashMap<>();

  public Instant now = NOW;
  public boolean closing;
  public boolean goneAway;

  public SendBench(LimitRules rules) {
    this(rules, 1_000, true);
  }

  public SendBench(LimitRules rules, int maxInFlight, boolean logAnswersAtOnce) {
    this(rules, maxInFlight, maxInFlight, logAnswersAtOnce);
  }

  public SendBench(LimitRules rules, int maxInFlight, int maxLines, boolean logAnswersAtOnce) {
    producer =
        new MockProducer<>(
            logAnswersAtOnce, null, new ByteArraySerializer(), new ByteArraySerializer());
    inFlight = new InFlight(maxInFlight);
    lines = new InFlightShare(inFlight, maxLines, BUFFER);
    log =
        new NotificationLog(
            new FixedProducer(producer), inFlight, TOPIC, schemas, "test", () -> NOW);
    broadcastDesk =
        new BroadcastDesk(
            broadcasts,
            app -> Optional.of("A"),
            new BroadcastDesk.Limits(3, 5),
            () -> broadcastNanos);
    desk =
        new SendDesk(
            new TokenCheck(KEYS),
            token -> {
              if (token.equals(token("unknown"))) {
                throw new RevocationLookup.UnknownException();
              }
              return token.equals(token("lost"))
                  ? OptionalLong.of(1_700_000_000_123L)
                  : OptionalLong.empty();
            },
            new SendLimits(rules, () -> 0),
            new Repetitions(this::earlier, () -> now),
            log,
            log,
            lines,
            new SendMeters(meters),
            broadcastDesk,
            () -> NOW);
  }

  /** As if the log had been asked. */
  private void earlier(NotificationId id, Token token, Consumer<Optional<Earlier>> found) {
    questions++;
    Runnable answer = () -> found.accept(Optional.ofNullable(receipts.get(id + " " + token.hex())));
    if (asked == null) {
      answer.run();
    } else {
      asked.add(answer);
    }
  }

  /** What the log has a receipt of. */
  public void receipt(NotificationId id, String device, Earlier earlier) {
    receipts.put(id + " " + token(device).hex(), earlier);
  }

  public static Token token(String device) {
    return new TokenMint(KEYS).mint(new DeviceId(device), APP, 0);
  }

  /** One notification, with further members. */
  public static String json(String device, String more) {
    return "{\"target\":{\"token\":\""
        + token(device).hex()
        + "\"},\"app\":\""
        + APP
        + "\",\"payload\":{\"n\": 1}"
        + more
        + "}";
  }

  /** What the log was given, in order. */
  public List<Notification> sent() {
    AvroDeserializer<Notification> reader = new AvroDeserializer<>(schemas, Notification.class);
    return producer.history().stream()
        .map(each -> reader.deserialize(TOPIC, each.value()))
        .toList();
  }

  public static String body(Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  public double refused(int status) {
    return meters
        .get("tidings.ingest.rest.refused")
        .tag("status", Integer.toString(status))
        .counter()
        .count();
  }

  /** A request of the client, which makes all of them on one connection. */
  public class Client extends TestConnection implements Exchange {
    public Client() {
      super(kept);
    }

    @Override
    public void respond(Response response) {
      answers.add(response);
    }

    @Override
    public Connection connection() {
      return this;
    }

    @Override
    public void goAway() {
      goneAway = true;
    }
  }

  @Override
  public void close() {
    schemas.close();
    registry.close();
  }
}
