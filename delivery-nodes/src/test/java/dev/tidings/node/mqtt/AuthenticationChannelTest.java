package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.mqtt.FakeDirectory.Answer;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.connection.DeviceConnection;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * A CONNECT whose authenticator answers now, later or never.
 *
 * <p>Shows G91 of docs/guarantees.md.
 */
final class AuthenticationChannelTest {
  private static final String CONNECT = "100e00044d5154540502003c00000161";
  private static final String CONNECT_THAT_ASKS_FOR_REDIRECT =
      "102900044d5154540502003c1b2600107469" + "64696e67732d72656469726563740006616363657074000161";

  private final Gatekeeper gatekeeper = new Gatekeeper();
  private final Logger logger = (Logger) LoggerFactory.getLogger(DeviceConnection.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(lines);
  }

  @Test
  void the_authenticator_gets_what_the_device_has_sent() {
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      conversation.connect(connect -> connect.username("ann").password("secret".getBytes(UTF_8)));

      assertThat(gatekeeper.asked)
          .singleElement()
          .satisfies(asked -> {
            assertThat(asked.serial()).isEqualTo(Conversation.DEVICE);
            assertThat(asked.userName()).isEqualTo("ann");
            assertThat(asked.password()).asString(UTF_8).isEqualTo("secret");
            assertThat(asked.certificates()).isEmpty();
          });
    }
  }

  @Test
  void a_device_without_credentials_has_none() {
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      conversation.connect(connect -> {});

      assertThat(gatekeeper.asked)
          .containsExactly(new DeviceCredentials(Conversation.DEVICE, null, null, List.of()));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_connect_waits_for_the_decision_and_goes_no_further_before(MqttVersion version) {
    try (Conversation conversation = new Conversation(version, gatekeeper)) {
      assertThat(conversation.connect(connect -> {})).isNull();
      assertThat(conversation.directory.attachments).isEmpty();

      gatekeeper.accepts(Conversation.DEVICE);
      assertThat(code((MqttConnAckMessage) conversation.receive())).isEqualTo("0x00");
      assertThat(conversation.directory.attachments).hasSize(1);
    }
  }

  @Test
  void packets_behind_the_connect_are_handled_in_their_order_once_it_is_accepted() {
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      sendWithMore(conversation);
      assertThat(conversation.receiveBytes()).isEmpty();
      assertThat(conversation.registrar.asked).isEmpty();

      gatekeeper.accepts(Conversation.DEVICE);
      assertThat(types(conversation))
          .containsExactly(
              MqttMessageType.CONNACK,
              MqttMessageType.SUBACK,
              MqttMessageType.PUBLISH,
              MqttMessageType.PUBACK,
              MqttMessageType.PINGRESP);
      assertThat(conversation.registrar.asked).containsExactly("register phone-1 com.example.news");
      assertThat(conversation.attachment().subscriptions).hasSize(1);
    }
  }

  @Test
  void nothing_more_is_read_before_the_decision() {
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      AtomicInteger reads = new AtomicInteger();
      conversation.node.pipeline().addFirst(new Reads(reads));
      conversation.connect(connect -> {});
      reads.set(0);
      conversation.node.read();
      assertThat(reads).hasValue(0);
      assertThat(conversation.node.config().isAutoRead()).isFalse();

      gatekeeper.accepts(Conversation.DEVICE);
      conversation.node.runPendingTasks();
      assertThat(reads.get()).isPositive();
      assertThat(conversation.node.config().isAutoRead()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MISSING, MQTT_5, 0x86, bad-credentials",
    "INVALID, MQTT_5, 0x86, bad-credentials",
    "EXPIRED, MQTT_5, 0x86, bad-credentials",
    "NOT_AUTHORIZED, MQTT_5, 0x87, not-authorized",
    "UNAVAILABLE, MQTT_5, none, authenticator-unavailable",
    "MISSING, MQTT_3_1_1, 0x04, bad-credentials",
    "INVALID, MQTT_3_1_1, 0x04, bad-credentials",
    "EXPIRED, MQTT_3_1_1, 0x04, bad-credentials",
    "NOT_AUTHORIZED, MQTT_3_1_1, 0x05, not-authorized",
    "UNAVAILABLE, MQTT_3_1_1, none, authenticator-unavailable"
  })
  void each_reason_for_refusing_has_its_code_in_either_version(
      RefusalReason reason, MqttVersion version, String code, String outcome) {
    try (Conversation conversation = new Conversation(version, gatekeeper)) {
      sendWithMore(conversation);
      gatekeeper.refuses(reason);

      assertThat(code((MqttConnAckMessage) conversation.receive())).isEqualTo(code);
      assertRefused(conversation, outcome);
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @Test
  void the_credentials_of_one_device_do_not_open_the_inbox_of_another() {
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      conversation.connect(connect -> {});
      gatekeeper.accepts("phone-2");

      assertThat(code((MqttConnAckMessage) conversation.receive())).isEqualTo("0x87");
      assertRefused(conversation, "not-authorized");
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, none", "MQTT_3_1_1, none"})
  void an_authenticator_that_fails_is_unavailable_and_the_log_says_why(
      MqttVersion version, String code) {
    List<Supplier<CompletableFuture<Decision<DeviceIdentity>>>> failures =
        List.of(
            () -> CompletableFuture.failedFuture(new IllegalStateException("keys not fetched")),
            () ->
                CompletableFuture.failedFuture(
                    new CompletionException(new IllegalStateException("keys not fetched"))),
            () -> {
              throw new IllegalStateException("keys not fetched");
            });
    for (Supplier<CompletableFuture<Decision<DeviceIdentity>>> failure : failures) {
      lines.list.clear();
      try (Conversation conversation = new Conversation(version, any -> failure.get())) {
        MqttConnAckMessage connAck = conversation.connect(connect -> {});

        assertThat(code(connAck)).isEqualTo(code);
        assertRefused(conversation, "authenticator-unavailable");
        assertThat(lines.list)
            .anySatisfy(line ->
                assertThat(line.getFormattedMessage())
                    .contains("device phone-1")
                    .contains("keys not fetched"));
      }
    }
  }

  @Test
  void an_authenticator_that_decides_nothing_is_unavailable() {
    DeviceAuthenticator undecided = any -> CompletableFuture.completedFuture(null);
    try (Conversation conversation = new Conversation(MQTT_5, undecided)) {
      assertThat(code(conversation.connect(connect -> {}))).isEqualTo("none");
    }
  }

  @Test
  void a_decision_is_waited_for_until_the_deadline_and_ignored_behind_it() {
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      sendWithMore(conversation);
      conversation.advance(Duration.ofMillis(4_999));
      assertThat(conversation.node.isOpen()).isTrue();
      conversation.advance(Duration.ofMillis(1));
      assertThat(code((MqttConnAckMessage) conversation.receive())).isEqualTo("none");
      assertRefused(conversation, "authenticator-unavailable");

      gatekeeper.accepts(Conversation.DEVICE);
      assertThat(conversation.directory.attachments).isEmpty();
      assertThat(conversation.receive()).isNull();
    }
  }

  @Test
  void what_the_authenticator_took_of_the_deadline_the_inbox_has_no_longer() {
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      conversation.directory.answer = Answer.NONE;
      conversation.connect(connect -> {});
      conversation.advance(Duration.ofSeconds(4));
      gatekeeper.accepts(Conversation.DEVICE);
      assertThat(conversation.directory.attachments).hasSize(1);
      conversation.advance(Duration.ofSeconds(1));

      assertThat(conversation.node.isOpen()).isFalse();
    }
  }

  @Test
  void a_device_that_hangs_up_meanwhile_leaves_nothing_behind() {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    try (Conversation conversation = new Conversation(MQTT_5, gatekeeper)) {
      conversation.node.config().setAllocator(allocator);
      ByteBuf all = allocator.buffer();
      for (ByteBuf part : connectWithMore(conversation)) {
        all.writeBytes(part);
        part.release();
      }
      conversation.node.writeInbound(all);
      assertThat(allocator.metric().usedHeapMemory()).isPositive();
      conversation.node.close();
      conversation.node.runPendingTasks();
      assertThat(allocator.metric().usedHeapMemory()).isZero();

      gatekeeper.accepts(Conversation.DEVICE);
      conversation.advance(Duration.ofSeconds(10));
      conversation.node.checkException();
      assertThat(conversation.directory.attachments).isEmpty();
      assertThat(conversation.receive()).isNull();
    }
  }

  @Test
  void a_device_is_told_of_another_server_only_once_it_is_accepted() {
    FakeDirectory directory = new FakeDirectory();
    MqttHandlers mqttHandlers =
        new MqttHandlers(
            MqttSettings.DEFAULTS,
            ConnectPace.unlimited(),
            gatekeeper,
            directory,
            new FakeRegistrar(),
            SessionKeeper.none(),
            InstantSource.system(),
            new SimpleMeterRegistry());
    EmbeddedChannel node = new EmbeddedChannel();
    node.freezeTime();
    mqttHandlers.install(
        node.pipeline(),
        ConnectionOrigin.relayed(
            Admission.ADMITTED,
            any -> Optional.of("node-2:1883"),
            Optional.empty(),
            DeviceTransport.TCP));
    node.pipeline().fireChannelActive();
    node.writeInbound(
        Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT_THAT_ASKS_FOR_REDIRECT)));
    node.advanceTimeBy(MqttSettings.DEFAULTS.redirectSpread().toNanos(), TimeUnit.NANOSECONDS);
    node.runScheduledPendingTasks();
    assertThat(gatekeeper.asked).hasSize(1);
    assertThat((Object) node.readOutbound()).isNull();

    gatekeeper.accepts("a");
    ByteBuf connAck = node.readOutbound();
    assertThat(connAck.getUnsignedByte(3)).isEqualTo((short) 0x9C);
    connAck.release();
    assertThat(directory.attachments).isEmpty();
    node.finishAndReleaseAll();
  }

  @Test
  void a_decision_from_another_thread_is_carried_out_on_the_event_loop() throws Exception {
    CompletableFuture<Thread> attached = new CompletableFuture<>();
    MqttHandlers mqttHandlers =
        new MqttHandlers(
            MqttSettings.DEFAULTS,
            ConnectPace.unlimited(),
            gatekeeper,
            (device, link, credit) -> attached.complete(Thread.currentThread()),
            new FakeRegistrar(),
            SessionKeeper.none(),
            InstantSource.system(),
            new SimpleMeterRegistry());
    LocalAddress address = new LocalAddress(AuthenticationChannelTest.class);
    try (MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory())) {
      new ServerBootstrap()
          .group(loops)
          .channel(LocalServerChannel.class)
          .childHandler(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                  mqttHandlers.install(
                      channel.pipeline(),
                      ConnectionOrigin.ofDevice(
                          Admission.ADMITTED, CloseMode.CLOSE, Optional.empty()));
                }
              })
          .bind(address)
          .sync();
      Channel device =
          new Bootstrap()
              .group(loops)
              .channel(LocalChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(address)
              .sync()
              .channel();
      device.writeAndFlush(Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT))).sync();
      await().until(() -> !gatekeeper.asked.isEmpty());
      gatekeeper.accepts("a");

      assertThat(attached)
          .succeedsWithin(Duration.ofSeconds(60))
          .satisfies(thread -> assertThat(device.eventLoop().inEventLoop(thread)).isTrue());
    }
  }

  private static void assertRefused(Conversation conversation, String outcome) {
    assertThat(conversation.node.isOpen()).isFalse();
    assertThat(conversation.directory.attachments).isEmpty();
    assertThat(
            conversation
                .meters
                .get("tidings.node.mqtt.connects")
                .tag("outcome", outcome)
                .counter()
                .count())
        .isEqualTo(1);
  }

  /** A CONNECT, SUBSCRIBE, PUBLISH and PINGREQ, received at once. */
  private static void sendWithMore(Conversation conversation) {
    conversation.node.writeInbound(
        Unpooled.wrappedBuffer(connectWithMore(conversation).toArray(ByteBuf[]::new)));
  }

  private static List<ByteBuf> connectWithMore(Conversation conversation) {
    return List.of(
        conversation.encode(conversation.connectPacket(connect -> {})),
        conversation.encode(
            MqttMessageBuilders.subscribe()
                .messageId(1)
                .addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/#")
                .build()),
        conversation.encode(
            MqttMessageBuilders.publish()
                .topicName("$tidings/register")
                .qos(MqttQoS.AT_LEAST_ONCE)
                .messageId(2)
                .payload(Unpooled.copiedBuffer("{\"app\":\"com.example.news\"}", UTF_8))
                .build()),
        conversation.encode(MqttMessage.PINGREQ));
  }

  private static List<MqttMessageType> types(Conversation conversation) {
    List<MqttMessageType> types = new ArrayList<>();
    for (MqttMessage packet = conversation.receive();
        packet != null;
        packet = conversation.receive()) {
      types.add(packet.fixedHeader().messageType());
      ReferenceCountUtil.release(packet);
    }
    return types;
  }

  private static String code(@Nullable MqttConnAckMessage connAck) {
    return connAck == null
        ? "none"
        : Conversation.hex(connAck.variableHeader().connectReturnCode().byteValue());
  }

  /** Counts the reads that reach the socket. */
  private static final class Reads extends ChannelOutboundHandlerAdapter {
    private final AtomicInteger count;

    Reads(AtomicInteger count) {
      this.count = count;
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
      count.incrementAndGet();
      ctx.read();
    }
  }
}
