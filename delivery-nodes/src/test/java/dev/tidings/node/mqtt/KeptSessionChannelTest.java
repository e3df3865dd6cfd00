package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client says of its session, what it is told, and what becomes of it. */
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
    public CompletableFuture<Kept> begins(DeviceId device, boolean clean, Duration keptFor) {
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
    public void ends(Duration keptFor) {
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
  void mqtt5SaysForHowLongAndIsToldIfThatIsTooLong(
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
  void mqtt311WantsItsSessionKeptOrNot(boolean clean, String begins) {
    try (Conversation conversation = conversation(MQTT_3_1_1)) {
      conversation.connect(connect -> connect.cleanSession(clean));
      assertThat(keeper.told).containsExactly(begins);
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5", "MQTT_3_1_1"})
  void aSessionThatIsThereIsPresentAndSubscribedBehindTheConnAck(MqttVersion version) {
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

  @Test
  void theConnAckWaitsForWhatIsKept() {
    keeper.begun = new CompletableFuture<>();
    try (Conversation conversation = conversation(MQTT_3_1_1)) {
      assertThat(conversation.connect(connect -> connect.cleanSession(false))).isNull();
      keeper.begun.complete(keeper);
      conversation.node.runPendingTasks();
      assertThat(conversation.receive()).isInstanceOf(MqttConnAckMessage.class);
    }
  }

  @Test
  void aDeviceWhoseSessionCanNotBeLookedUpIsRefusedAndLeavesItsInbox() {
    keeper.begun = CompletableFuture.failedFuture(new IllegalStateException("away"));
    try (Conversation conversation = conversation(MQTT_5)) {
      MqttConnAckMessage connAck = conversation.connect(connect -> connect.cleanSession(false));
      assertThat(connAck.variableHeader().connectReturnCode().byteValue()).isEqualTo((byte) 0x88);
      assertThat(conversation.attachment().detached.get()).isEqualTo(1);
    }
  }

  @Test
  void whoGoesWhileItsSessionIsLookedUpLeavesItsInboxAndTheSessionEnds() {
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
  void aSubscriptionIsAnsweredWhenItIsKept() {
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
  void aSubscriptionThatCanNotBeKeptEndsTheConnection() {
    try (Conversation conversation = conversation(MQTT_5)) {
      conversation.connect(connect -> connect.cleanSession(false));
      keeper.saved = CompletableFuture.failedFuture(new IllegalStateException("too much"));
      subscribe(conversation);
      assertThat(conversation.ending()).isEqualTo("0x89 closed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "e000, ends PT1M",
    "e007 00 05 11 00000000, ends PT0S",
    "e007 00 05 11 ffffffff, ends PT1H"
  })
  void atItsEndAClientMaySayForHowLongItsSessionIsKept(String disconnect, String ends) {
    try (Conversation conversation = conversation(MQTT_5)) {
      conversation.connect(connect ->
          connect.properties(Conversation.properties(MqttProperties.SESSION_EXPIRY_INTERVAL, 60)));
      conversation.sendBytes(disconnect);
      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(keeper.told).last().isEqualTo(ends);
    }
  }

  private static void subscribe(Conversation conversation) {
    MqttMessage packet =
        MqttMessageBuilders.subscribe()
            .messageId(1)
            .addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/#")
            .build();
    conversation.send(packet);
  }
}
