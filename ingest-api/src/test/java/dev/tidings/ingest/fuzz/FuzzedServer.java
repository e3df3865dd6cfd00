package dev.tidings.ingest.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.server.HttpServer;
import dev.tidings.ingest.accept.FixedProducer;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.apns.push.ApnsErrors;
import dev.tidings.ingest.apns.push.PushMeters;
import dev.tidings.ingest.apns.push.PushPipeline;
import dev.tidings.ingest.apns.push.PushService;
import dev.tidings.ingest.apns.request.RequestCheck;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
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
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.LoggerFactory;

/** The request path from the socket to the producer, with a log that acknowledges at once. */
final class FuzzedServer implements AutoCloseable {
  static final String APP = "com.example.news";
  private static final TokenKeys KEYS = TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f");
  private static final Duration LONG = Duration.ofMinutes(1);

  static final Token TOKEN = new TokenMint(KEYS).mint(new DeviceId("phone"), new AppId(APP), 0);

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  private final InFlight inFlight = new InFlight(1_000);
  private final Complaints complaints = new Complaints();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));
  private final HttpServer server;

  FuzzedServer(Duration requestTimeout) {
    PushPipeline pipeline =
        new PushPipeline(
            new RequestCheck(
                new TokenCheck(KEYS), token -> OptionalLong.empty(), InstantSource.system()),
            new BodyMemory(16 << 20),
            new JsonPayload(),
            new NotificationLog(
                new FixedProducer(log()),
                inFlight,
                "tidings.notifications",
                schemas,
                "ingest-fuzz",
                InstantSource.system()),
            new PushMeters(new SimpleMeterRegistry()));
    server =
        HttpServer.start(
            loops,
            new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
            0,
            Optional.empty(),
            new Limits(
                new Bounds(1_000, 1_000, 10_000, 10_000),
                requestTimeout,
                LONG,
                LONG,
                Duration.ofSeconds(1)),
            new PushService(pipeline, () -> false, Optional.empty(), SendLimits.none()),
            new ApnsErrors());
    complaints.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(complaints);
  }

  private Producer<byte[], byte[]> log() {
    return producer;
  }

  int port() {
    return server.port();
  }

  int connections() {
    return server.connections();
  }

  int inFlight() {
    return inFlight.count();
  }

  /** What was logged at WARN or above since the last time, by whomever. */
  List<String> complaints() {
    List<String> all = List.copyOf(complaints.lines);
    complaints.lines.removeAll(all);
    return all;
  }

  /** Forgets what was appended: it would only take memory. */
  void forget() {
    producer.clear();
  }

  /**
   * Has whatever was lost of pooled buffers reported: that happens when another one is taken after
   * the garbage collector has found it.
   */
  static void reportLeaks() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      for (int j = 0; j < 50; j++) {
        ByteBuf taken = PooledByteBufAllocator.DEFAULT.directBuffer(64);
        taken.release();
      }
    }
  }

  @Override
  public void close() {
    server.close();
    loops.close();
    schemas.close();
    registry.close();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAppender(complaints);
  }

  private static final class Complaints extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        String cause =
            event.getThrowableProxy() == null
                ? ""
                : " <- "
                    + event.getThrowableProxy().getClassName()
                    + ": "
                    + event.getThrowableProxy().getMessage();
        lines.add(
            event.getLevel()
                + " "
                + event.getLoggerName()
                + " "
                + event.getFormattedMessage()
                + cause);
      }
    }
  }
}
