package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.route.Admission;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.value.DeviceId;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a client says of its session, what it is told, and what becomes of it.
 *
 * <p>Shows G20 and G38 of docs/guarantees.md.
 */
final class KeptSessionChannelTest {
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Keeper keeper = new Keeper();

  /** Says what the test wants of a session, and notes what it is told. */
  private static final class Keeper implements SessionKeeper, SessionKeeper.Kept {
    final List<String> told = new ArrayList<>();
    CompletableFuture<Kept> begun = CompletableFuture.completedFuture(this);
    CompletableFuture<Void> saved = CompletableFuture.completedFuture(null);
    Subscriptions kept = Subscriptions.NONE;
    boolean present;

    @Override
    public Duration longest() {
      return LONGEST;
    }

    @Override
    public CompletableFuture<Kept> begin(DeviceId device, boolean clean, Duration keptFor) {
      told.add("begins " + (clean ? "clean " : "") + keptFor);
      return begun;
    }

    @Override
    public boolean isPresent() {
      return present;
    }

    @Override
    public Subscriptions subscriptions() {
      return kept;
    }

    @Override
    public CompletableFuture<Void> save(Subscriptions now) {
      told.add("saves " + now);
      return saved;
    }

    @Override
    public void end(Duration keptFor) {
      told.add("ends " + keptFor);
    }
  }

  private Conversation conversation(MqttVersion version) {
    return new Conversation(version, Admission.ADMITTED, keeper);
  }

  @ParameterizedTest
  @CsvSource({
    "false, 0, begins PT0S,",
    "true, 0, begins clean PT0S,",
    "false, 60, begins PT1M,",
    "false, 3600, begins PT1H,",
    "false, 3601, begins PT1H, 3600",
    "true, -1, begins clean PT1H, 3600",
  })
  void mqtt_5_says_for_how_long_and_is_told_if_that_is_too_long(
      boolean clean, int seconds, String begins, Integer told) {
    try (Conversation conversation = conversation(MQTT_5)) {
      MqttConnAckMessage connAck =
          conversation.connect(connect ->
              connect
                  .cleanSession(clean)
                  .properties(
                      Conversation.properties(MqttProperties.SESSION_EXPIRY_INTERVAL, seconds)));
      assertThat(keeper.told).containsExactly(begins);
      MqttProperties.MqttProperty<?> interval =
          connAck.variableHeader().properties().getProperty(MqttProperties.SESSION_EXPIRY_INTERVAL);
      assertThat(interval == null ? null : interval.value()).isEqualTo(told);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, begins PT1H", "true, begins clean PT0S"})
  void mqtt_311_wants_its_session_kept_or_not(boolean clean, String begins) {
    try (Conversation conversation = conversation(MQTT_3_1_1)) {
      conversation.connect(connect -> connect.cleanSession(clean));
      assertThat(keeper.told).containsExactly(begins);
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5", "MQTT_3_1_1"})
  void a_session_that_is_there_is_present_and_subscribed_behind_the_connack(MqttVersion version) {
    keeper.present = true;
    keeper.kept = Subscriptions.of(List.of("tidings/#"));
    try (Conversation conversation = conversation(version)) {
      conversation.directory.pushedAtSubscribe = Deliveries.delivery();
      MqttConnAckMessage connAck = conversation.connect(connect -> connect.cleanSession(false));
      assertThat(connAck.variableHeader().isSessionPresent()).isTrue();
      assertThat(conversation.receivePublish()).startsWith(Deliveries.TOPIC);
      assertThat(conversation.attachment().subscriptions).containsExactly(keeper.kept);
    }
  }

  /** Accepts every device, by a method of MQTT 5. */
  private static final class ByMethod implements DeviceAuthenticator {
    static final String METHOD = "tidings-jwt";

    @Override
    public Optional<String> authenticationMethod() {
      return Optional.of(METHOD);
    }

    @Override
    public CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials) {
      return CompletableFuture.completedFuture(
          new Decision.Accepted<>(
              new DeviceIdentity(credentials.serial(), Optional.empty(), Apps.ALL, Instant.MAX)));
    }
  }

  /** A device that has proved itself by the method, and whose session is there. */
  private Conversation resumedByMethod() {
    keeper.present = true;
    keeper.kept = Subscriptions.of(List.of("tidings/#"));
    Conversation conversation = new Conversation(MQTT_5, keeper, new ByMethod());
    conversation.directory.pushedAtSubscribe = Deliveries.delivery();
    MqttProperties properties = new MqttProperties();
    properties.add(
        new MqttProperties.StringProperty(MqttProperties.AUTHENTICATION_METHOD, ByMethod.METHOD));
    conversation.connect(connect -> connect.cleanSession(false).properties(properties));
    return conversation;
  }

  /** HiveMQ's client takes a PUBLISH that comes along with such a CONNACK for one before it. */
  @Test
  void behind_the_connack_for_an_authentication_method_there_is_a_pause() {
    try (Conversation conversation = resumedByMethod()) {
      conversation.advance(Duration.ofMillis(249));
      assertThat(conversation.receive()).isNull();

      conversation.advance(Duration.ofMillis(1));
      assertThat(conversation.receivePublish()).startsWith(Deliveries.TOPIC);
      conversation.send(MqttMessage.PINGREQ);
      assertThat(conversation.attachment().subscriptions).containsExactly(keeper.kept);
    }
  }

  @Test
  void the_pause_is_over_when_the_client_says_something() {
    try (Conversation conversation = resumedByMethod()) {
      conversation.send(MqttMessage.PINGREQ);
      assertThat(conversation.receivePublish()).startsWith(Deliveries.TOPIC);

      conversation.advance(Duration.ofSeconds(1));
      assertThat(conversation.attachment().subscriptions).containsExactly(keeper.kept);
    }
  }

  @Test
  void a_subscription_in_the_pause_comes_behind_the_kept_ones() {
    try (Conversation conversation = resumedByMethod()) {
      conversation.directory.pushedAtSubscribe = null;
      conversation.attachment().pushedAtSubscribe = null;
      conversation.send(
          MqttMessageBuilders.subscribe()
              .messageId(1)
              .addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/com.example.mail/#")
              .build());
      assertThat(conversation.receive()).isInstanceOf(MqttSubAckMessage.class);

      assertThat(conversation.attachment().subscriptions).hasSize(2).startsWith(keeper.kept);
      conversation.advance(Duration.ofSeconds(1));
      assertThat(conversation.attachment().subscriptions).hasSize(2);
    }
  }

  @Test
  void nothing_is_sent_in_the_pause_to_who_breaks_the_protocol_or_says_goodbye() {
    try (Conversation wrong = resumedByMethod();
        Conversation gone = resumedByMethod()) {
      wrong.sendBytes("c1 00");
      gone.send(MqttMessage.DISCONNECT);

      assertThat(wrong.attachment().subscriptions).isEmpty();
      assertThat(gone.attachment().subscriptions).isEmpty();
    }
  }

  @Test
  void a_client_that_goes_in_the_pause_is_sent_nothing() {
    try (Conversation conversation = resumedByMethod()) {
      conversation.node.close();
      conversation.advance(Duration.ofSeconds(1));

      assertThat(conversation.attachment().subscriptions).isEmpty();
    }
  }

  @Test
  void the_connack_waits_for_what_is_kept() {
    keeper.begun = new CompletableFuture<>();
    try (Conversation conversation = conversation(MQTT_3_1_1)) {
      assertThat(conversation.connect(connect -> connect.cleanSession(false))).isNull();
      keeper.begun.complete(keeper);
      conversation.node.runPendingTasks();
      assertThat(conversation.receive()).isInstanceOf(MqttConnAckMessage.class);
    }
  }

  @Test
  void a_device_whose_session_can_not_be_looked_up_leaves_its_inbox() {
    keeper.begun = CompletableFuture.failedFuture(new IllegalStateException("away"));
    try (Conversation conversation = conversation(MQTT_5)) {
      MqttConnAckMessage connAck = conversation.connect(connect -> connect.cleanSession(false));
      assertThat(connAck).isNull();
      assertThat(conversation.node.isOpen()).isFalse();
      assertThat(conversation.attachment().detached.get()).isEqualTo(1);
    }
  }

  @Test
  void who_goes_while_its_session_is_looked_up_leaves_its_inbox_and_the_session_ends() {
    keeper.begun = new CompletableFuture<>();
    try (Conversation conversation = conversation(MQTT_3_1_1)) {
      conversation.connect(connect -> connect.cleanSession(false));
      conversation.node.close();
      assertThat(conversation.attachment().detached.get()).isEqualTo(1);
      keeper.begun.complete(keeper);
      conversation.node.runPendingTasks();
      assertThat(keeper.told).containsExactly("begins PT1H", "ends PT1H");
    }
  }

  @Test
  void a_subscription_is_answered_when_it_is_kept() {
    try (Conversation conversation = conversation(MQTT_3_1_1)) {
      conversation.connect(connect -> connect.cleanSession(false));
      keeper.saved = new CompletableFuture<>();
      subscribe(conversation);
      assertThat(conversation.receive()).isNull();
      assertThat(conversation.attachment().subscriptions).isEmpty();
      keeper.saved.complete(null);
      conversation.node.runPendingTasks();
      assertThat(conversation.receive()).isInstanceOf(MqttSubAckMessage.class);
      assertThat(keeper.told).contains("saves [tidings/#]");
    }
  }

  @Test
  void a_subscription_that_can_not_be_kept_ends_the_connection() {
    try (Conversation conversation = conversation(MQTT_5)) {
      conversation.connect(connect -> connect.cleanSession(false));
      keeper.saved = CompletableFuture.failedFuture(new IllegalStateException("too much"));
      subscribe(conversation);
      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  /** Each of them would be written with all the others, and be in memory until it is. */
  @Test
  void what_is_asked_for_while_one_is_being_kept_is_kept_together() {
    try (Conversation conversation = conversation(MQTT_5)) {
      conversation.connect(connect -> connect.cleanSession(false));
      CompletableFuture<Void> first = new CompletableFuture<>();
      keeper.saved = first;
      for (int i = 1; i <= 200; i++) {
        subscribe(conversation, i, "tidings/app" + i + "/#");
      }
      assertThat(keeper.told).filteredOn(said -> said.startsWith("saves")).hasSize(1);
      keeper.saved = CompletableFuture.completedFuture(null);
      first.complete(null);
      conversation.node.runPendingTasks();

      assertThat(keeper.told).filteredOn(said -> said.startsWith("saves")).hasSize(2);
      assertThat(keeper.told).last().asString().contains("tidings/app1/#", "tidings/app200/#");
      assertThat(conversation.attachment().subscriptions).hasSize(2);
      for (int i = 1; i <= 200; i++) {
        MqttSubAckMessage answer = (MqttSubAckMessage) conversation.receive();
        assertThat(answer.variableHeader().messageId()).isEqualTo(i);
        assertThat(answer.payload().reasonCodes()).containsExactly(1);
      }
    }
  }

  @Test
  void what_was_asked_for_before_the_end_is_kept() {
    try (Conversation conversation = conversation(MQTT_5)) {
      conversation.connect(connect -> connect.cleanSession(false));
      keeper.saved = new CompletableFuture<>();
      subscribe(conversation, 1, "tidings/#");
      subscribe(conversation, 2, "$tidings/#");
      conversation.sendBytes("e000");
      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(keeper.told)
          .endsWith("saves [tidings/#]", "saves [tidings/#, $tidings/#]", "ends PT0S");
    }
  }

  @Test
  void who_asks_for_more_than_can_be_answered_is_disconnected_also_if_it_is_in_few_packets() {
    try (Conversation conversation = conversation(MQTT_5)) {
      conversation.connect(connect -> connect.cleanSession(false));
      keeper.saved = new CompletableFuture<>();
      String[] filters = IntStream.range(0, 300).mapToObj(i -> "a" + i).toArray(String[]::new);
      for (int i = 1; i <= 3; i++) {
        subscribe(conversation, i, filters);
      }
      assertThat(conversation.node.isOpen()).isTrue();
      subscribe(conversation, 4, filters);
      assertThat(conversation.ending()).isEqualTo("0x97 closed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "e000, ends PT1M",
    "e007 00 05 11 00000000, ends PT0S",
    "e007 00 05 11 ffffffff, ends PT1H"
  })
  void at_its_end_a_client_may_say_for_how_long_its_session_is_kept(
      String disconnect, String ends) {
    try (Conversation conversation = conversation(MQTT_5)) {
      conversation.connect(connect ->
          connect.properties(Conversation.properties(MqttProperties.SESSION_EXPIRY_INTERVAL, 60)));
      conversation.sendBytes(disconnect);
      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(keeper.told).last().isEqualTo(ends);
    }
  }

  private static void subscribe(Conversation conversation) {
    subscribe(conversation, 1, "tidings/#");
  }

  private static void subscribe(Conversation conversation, int packetId, String... filters) {
    MqttMessageBuilders.SubscribeBuilder packet =
        MqttMessageBuilders.subscribe().messageId(packetId);
    for (String filter : filters) {
      packet.addSubscription(MqttQoS.AT_LEAST_ONCE, filter);
    }
    conversation.send(packet.build());
  }
}
