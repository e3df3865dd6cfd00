package dev.tidings.node.mqtt;

import static dev.tidings.node.mqtt.Conversation.DEVICE;
import static io.netty.handler.codec.mqtt.MqttProperties.AUTHENTICATION_DATA;
import static io.netty.handler.codec.mqtt.MqttProperties.AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.IssuerEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * MQTT 5's extended authentication, with one method: at CONNECT, and again and again behind it.
 *
 * <p>Shows G91 of docs/guarantees.md.
 */
final class ReauthenticationChannelTest {
  private static final String METHOD = "tidings-jwt";
  private static final int SUCCESS = 0x00;
  private static final int CONTINUE = 0x18;
  private static final int REAUTHENTICATE = 0x19;
  private static final String MAIL = "{\"app\":\"com.example.mail\"}";

  private final Tokens tokens = new Tokens();
  private final Conversation conversation = new Conversation(MQTT_5, tokens);

  @AfterEach
  void close() {
    conversation.close();
  }

  /** Decides about one token after another, when the test says so. */
  private static final class Tokens implements DeviceAuthenticator {
    private final List<DeviceCredentials> asked = new ArrayList<>();
    private final List<CompletableFuture<Decision<DeviceIdentity>>> answers = new ArrayList<>();

    @Override
    public Optional<String> authenticationMethod() {
      return Optional.of(METHOD);
    }

    @Override
    public CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials) {
      asked.add(credentials);
      answers.add(new CompletableFuture<>());
      return answers.getLast();
    }

    void accepts(String serial, Apps apps, Instant expires) {
      answers
          .getLast()
          .complete(
              new Decision.Accepted<>(new DeviceIdentity(serial, Optional.empty(), apps, expires)));
    }

    void accepts(DeviceIdentity identity) {
      answers.getLast().complete(new Decision.Accepted<>(identity));
    }

    void refuses(RefusalReason reason) {
      answers.getLast().complete(new Decision.Refused<>(reason, "for the test"));
    }

    @Nullable String lastToken() {
      byte[] password = asked.getLast().password();
      return password == null ? null : new String(password, UTF_8);
    }
  }

  private static MqttProperties properties(@Nullable String method, @Nullable String token) {
    MqttProperties properties = new MqttProperties();
    if (method != null) {
      properties.add(new MqttProperties.StringProperty(AUTHENTICATION_METHOD, method));
    }
    if (token != null) {
      properties.add(new MqttProperties.BinaryProperty(AUTHENTICATION_DATA, token.getBytes(UTF_8)));
    }
    return properties;
  }

  private static MqttMessage auth(int code, @Nullable String method, @Nullable String token) {
    return new MqttMessage(
        new MqttFixedHeader(MqttMessageType.AUTH, false, MqttQoS.AT_MOST_ONCE, false, 0),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) code, properties(method, token)));
  }

  private void reauthenticate(String token) {
    conversation.send(auth(REAUTHENTICATE, METHOD, token));
  }

  /** A device that has proved itself by the method for that long. */
  private void connected(Apps apps, Duration lasting) {
    conversation.connect(connect -> connect.properties(properties(METHOD, "first")));
    tokens.accepts(DEVICE, apps, Deliveries.NOW.plus(lasting));
    assertThat(conversation.receive().fixedHeader().messageType())
        .isEqualTo(MqttMessageType.CONNACK);
  }

  private void connected() {
    connected(Apps.ALL, Duration.ofDays(1));
  }

  /** Passes time by both clocks, that of the node and that of its event loop. */
  private void pass(Duration time) {
    conversation.now = conversation.now.plus(time);
    conversation.advance(time);
  }

  /** The code of the next packet, which is an AUTH of the method. */
  private int receiveAuth() {
    MqttMessage packet = conversation.receive();
    assertThat(packet.fixedHeader().messageType()).isEqualTo(MqttMessageType.AUTH);
    var header = (MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader();
    assertThat(header.properties().getProperty(AUTHENTICATION_METHOD).value()).isEqualTo(METHOD);
    assertThat(header.properties().listAll()).hasSize(1);
    return header.reasonCode();
  }

  // ---- CONNECT

  @Test
  void a_token_whose_issuer_has_ended_meanwhile_ends_the_session() {
    connected();
    reauthenticate("second");
    tokens.accepts(
        new DeviceIdentity(
            DEVICE,
            Optional.empty(),
            Apps.ALL,
            Instant.MAX,
            DeviceIssuer.unknown(new IssuerEntry("acme", "1"))));

    assertThat(conversation.ending()).isEqualTo("0x87 closed");
  }

  @Test
  void a_connect_may_carry_its_token_by_the_method_which_the_connack_repeats() {
    conversation.connect(connect ->
        connect
            .username("device")
            .password("another".getBytes(UTF_8))
            .properties(properties(METHOD, "first")));

    assertThat(tokens.lastToken()).isEqualTo("first");
    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
    MqttConnAckMessage connAck = (MqttConnAckMessage) conversation.receive();
    assertThat(connAck.variableHeader().connectReturnCode().byteValue()).isZero();
    assertThat(connAck.variableHeader().properties().getProperty(AUTHENTICATION_METHOD).value())
        .isEqualTo(METHOD);
    assertThat((Object) connAck.variableHeader().properties().getProperty(AUTHENTICATION_DATA))
        .isNull();
  }

  @Test
  void a_connect_by_the_method_without_a_token_has_none_whatever_its_password() {
    conversation.connect(connect ->
        connect
            .username("device")
            .password("another".getBytes(UTF_8))
            .properties(properties(METHOD, null)));

    assertThat(tokens.lastToken()).isNull();
    tokens.refuses(RefusalReason.MISSING);
    MqttConnAckMessage connAck = (MqttConnAckMessage) conversation.receive();
    assertThat(Conversation.hex(connAck.variableHeader().connectReturnCode().byteValue()))
        .isEqualTo("0x86");
    assertThat((Object) connAck.variableHeader().properties().getProperty(AUTHENTICATION_METHOD))
        .isNull();
    assertThat(conversation.ending()).isEqualTo("closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256", "Tidings-jwt", "tidings-jwt ", ""})
  void any_other_method_is_refused_before_anybody_is_asked(String method) {
    MqttConnAckMessage connAck =
        conversation.connect(connect -> connect.properties(properties(method, "first")));

    assertThat(Conversation.hex(connAck.variableHeader().connectReturnCode().byteValue()))
        .isEqualTo("0x8C");
    assertThat(tokens.asked).isEmpty();
    assertThat(conversation.ending()).isEqualTo("closed");
  }

  @Test
  void a_token_without_a_method_is_a_protocol_error() {
    MqttConnAckMessage connAck =
        conversation.connect(connect -> connect.properties(properties(null, "first")));

    assertThat(Conversation.hex(connAck.variableHeader().connectReturnCode().byteValue()))
        .isEqualTo("0x82");
    assertThat(tokens.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"39, 0x95", "40, 0x00"})
  void a_connack_with_the_method_has_to_fit_the_device(int maxPacketBytes, String code) {
    MqttProperties properties = properties(METHOD, "first");
    properties.add(new MqttProperties.IntegerProperty(MAXIMUM_PACKET_SIZE, maxPacketBytes));
    MqttConnAckMessage connAck = conversation.connect(connect -> connect.properties(properties));
    if (connAck == null) {
      tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
      connAck = (MqttConnAckMessage) conversation.receive();
    }

    assertThat(Conversation.hex(connAck.variableHeader().connectReturnCode().byteValue()))
        .isEqualTo(code);
  }

  @Test
  void a_device_with_a_password_is_told_of_no_method_and_may_send_no_auth() {
    conversation.connect(connect -> connect.username("device").password("first".getBytes(UTF_8)));
    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
    MqttConnAckMessage connAck = (MqttConnAckMessage) conversation.receive();
    assertThat((Object) connAck.variableHeader().properties().getProperty(AUTHENTICATION_METHOD))
        .isNull();

    reauthenticate("second");
    assertThat(tokens.asked).hasSize(1);
    assertThat(conversation.ending()).isEqualTo("0x82 closed");
  }

  @Test
  void where_devices_prove_nothing_there_is_no_method() {
    try (Conversation open = new Conversation(MQTT_5)) {
      MqttConnAckMessage connAck =
          open.connect(connect -> connect.properties(properties(METHOD, "first")));
      assertThat(Conversation.hex(connAck.variableHeader().connectReturnCode().byteValue()))
          .isEqualTo("0x8C");
    }
    try (Conversation open = Conversation.connected(MQTT_5)) {
      open.send(auth(REAUTHENTICATE, METHOD, "first"));
      assertThat(open.ending()).isEqualTo("0x82 closed");
    }
  }

  @Test
  void before_mqtt_5_an_auth_closes_the_connection() {
    try (Conversation old = new Conversation(MQTT_3_1_1, tokens)) {
      old.connect(connect -> connect.username("device").password("first".getBytes(UTF_8)));
      tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
      old.receive();
      old.sendBytes("f0 10 19 0e 15 000b 746964696e67732d6a7774");

      assertThat(tokens.asked).hasSize(1);
      assertThat(old.ending()).isEqualTo("closed");
    }
  }

  // ---- A new token

  @Test
  void a_session_lasts_as_long_as_the_new_token_and_is_not_interrupted() {
    connected(Apps.ALL, Duration.ofSeconds(20));
    pass(Duration.ofSeconds(10));
    reauthenticate("second");
    assertThat(tokens.lastToken()).isEqualTo("second");
    assertThat(tokens.asked.getLast().serial()).isEqualTo(DEVICE);
    tokens.accepts(DEVICE, Apps.ALL, Deliveries.NOW.plusSeconds(50));
    assertThat(receiveAuth()).isEqualTo(SUCCESS);

    pass(Duration.ofSeconds(40).minusNanos(1));
    assertThat(conversation.ending()).isEqualTo("open");
    assertThat(conversation.attachment().detached).hasValue(0);
    pass(Duration.ofNanos(1));
    assertThat(conversation.ending()).isEqualTo("0x87 closed");
  }

  @Test
  void a_new_token_that_ends_earlier_ends_the_session_earlier() {
    connected(Apps.ALL, Duration.ofSeconds(80));
    // Past the deadline of the CONNECT, at which the timer looks in any case.
    pass(Duration.ofSeconds(6));
    reauthenticate("second");
    tokens.accepts(DEVICE, Apps.ALL, Deliveries.NOW.plusSeconds(16));
    assertThat(receiveAuth()).isEqualTo(SUCCESS);

    pass(Duration.ofSeconds(10).minusNanos(1));
    assertThat(conversation.ending()).isEqualTo("open");
    pass(Duration.ofNanos(1));
    assertThat(conversation.ending()).isEqualTo("0x87 closed");
  }

  @Test
  void the_apps_of_the_new_token_are_those_of_the_session() {
    connected(Apps.of(Set.of("com.example.news")), Duration.ofDays(1));
    reauthenticate("second");
    tokens.accepts(DEVICE, Apps.of(Set.of("com.example.mail")), Instant.MAX);
    assertThat(receiveAuth()).isEqualTo(SUCCESS);

    conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, MAIL);
    assertThat(conversation.registrar.asked).containsExactly("register phone-1 com.example.mail");
  }

  @Test
  void meanwhile_everything_goes_on_as_before() {
    connected(Apps.of(Set.of("com.example.mail")), Duration.ofDays(1));
    reauthenticate("second");

    conversation.send(MqttMessage.PINGREQ);
    assertThat(conversation.receive().fixedHeader().messageType())
        .isEqualTo(MqttMessageType.PINGRESP);
    conversation.publish("$tidings/register", MqttQoS.AT_MOST_ONCE, 0, MAIL);
    assertThat(conversation.receivePublish()).startsWith("$tidings/registered");
    conversation.attachment().link.push(1, false, Deliveries.delivery());
    conversation.attachment().link.flush();
    assertThat(conversation.receivePublish()).contains(Deliveries.PAYLOAD);
    conversation.pubAck(1, 0);
    assertThat(conversation.attachment().confirmed).containsExactly(1);

    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
    assertThat(receiveAuth()).isEqualTo(SUCCESS);
    assertThat(conversation.ending()).isEqualTo("open");
  }

  @Test
  void the_earlier_token_ends_the_session_while_the_new_one_is_being_checked() {
    connected(Apps.ALL, Duration.ofSeconds(20));
    pass(Duration.ofSeconds(19));
    reauthenticate("second");
    pass(Duration.ofSeconds(1));

    assertThat(conversation.ending()).isEqualTo("0x87 closed");
    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
    assertThat(conversation.receive()).isNull();
  }

  @Test
  void one_sent_right_behind_the_connect_is_handled_once_that_is_accepted() {
    ByteBuf connect =
        conversation.encode(
            conversation.connectPacket(each -> each.properties(properties(METHOD, "first"))));
    ByteBuf auth = conversation.encode(auth(REAUTHENTICATE, METHOD, "second"));
    conversation.node.writeInbound(Unpooled.wrappedBuffer(connect, auth));
    assertThat(tokens.asked).hasSize(1);
    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);

    assertThat(tokens.lastToken()).isEqualTo("second");
    assertThat(conversation.receive().fixedHeader().messageType())
        .isEqualTo(MqttMessageType.CONNACK);
    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
    assertThat(receiveAuth()).isEqualTo(SUCCESS);
  }

  // ---- A bad one

  @ParameterizedTest
  @EnumSource(
      value = RefusalReason.class,
      names = {"MISSING", "INVALID", "EXPIRED", "NOT_AUTHORIZED"})
  void a_token_that_is_refused_ends_the_session(RefusalReason reason) {
    connected();
    reauthenticate("second");
    tokens.refuses(reason);

    assertThat(conversation.ending()).isEqualTo("0x87 closed");
    assertThat(conversation.attachment().detached).hasValue(1);
    assertThat(addressesRefused()).isEqualTo(1);
  }

  private double addressesRefused() {
    return conversation.meters.get("tidings.node.refusals.addresses").gauge().value();
  }

  @Test
  void the_token_of_another_device_ends_the_session() {
    connected();
    reauthenticate("second");
    tokens.accepts("phone-2", Apps.ALL, Instant.MAX);

    assertThat(conversation.ending()).isEqualTo("0x87 closed");
    assertThat(addressesRefused()).isEqualTo(1);
  }

  @Test
  void a_refusal_counts_for_who_has_hung_up_meanwhile_too() {
    connected();
    reauthenticate("second");
    conversation.node.close();
    conversation.node.runPendingTasks();
    tokens.refuses(RefusalReason.INVALID);

    assertThat(addressesRefused()).isEqualTo(1);
  }

  @Test
  void an_auth_without_a_token_is_one_without_credentials() {
    connected();
    conversation.send(auth(REAUTHENTICATE, METHOD, null));

    assertThat(tokens.asked).hasSize(2);
    assertThat(tokens.lastToken()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "f0 00, 0x82", // Success, without a method
    "f0 01 19, 0x82",
    "f0 02 19 00, 0x82", // no method
    "f0 10 00 0e 15 000b 746964696e67732d6a7774, 0x82", // a server's code
    "f0 10 18 0e 15 000b 746964696e67732d6a7774, 0x82", // nothing was asked
    "f0 10 1a 0e 15 000b 746964696e67732d6a7774, 0x82", // no such code
    "f0 10 87 0e 15 000b 746964696e67732d6a7774, 0x82",
    "f0 08 19 06 15 0003 616263, 0x82", // another method
    "f0 1e 19 1c 15 000b 746964696e67732d6a7774 15 000b 746964696e67732d6a7774, 0x82", // twice
    "f0 10 19 0f 15 000b 746964696e67732d6a7774, 0x81", // properties that are cut off
    "f0 11 19 0e 15 000b 746964696e67732d6a7774 00, 0x81", // more than there should be
    "f0 15 19 13 15 000b 746964696e67732d6a7774 11 00000001, 0x81", // a property of others
    "f1 10 19 0e 15 000b 746964696e67732d6a7774, 0x81" // flags
  })
  void an_auth_that_breaks_the_protocol_ends_the_session(String packet, String reason) {
    connected();
    conversation.sendBytes(packet);

    assertThat(tokens.asked).hasSize(1);
    assertThat(conversation.ending()).isEqualTo(reason + " closed");
  }

  @Test
  void a_reason_string_and_user_properties_mean_nothing() {
    connected();
    conversation.sendBytes(
        "f0 1b 19 19 15 000b 746964696e67732d6a7774 1f 0001 61 26 0001 61 0001 62");

    assertThat(tokens.asked).hasSize(2);
    assertThat(conversation.ending()).isEqualTo("open");
  }

  // ---- How often

  @Test
  void a_second_one_before_the_first_is_decided_is_a_protocol_error() {
    connected();
    reauthenticate("second");
    reauthenticate("third");

    assertThat(tokens.asked).hasSize(2);
    assertThat(conversation.ending()).isEqualTo("0x82 closed");
  }

  @Test
  void three_may_come_at_once_and_then_one_in_ten_seconds() {
    connected();
    for (int i = 0; i < 3; i++) {
      accepted();
    }
    pass(Duration.ofSeconds(10));
    accepted();
    pass(Duration.ofSeconds(10).minusNanos(1));
    reauthenticate("again");

    assertThat(tokens.asked).hasSize(5);
    assertThat(conversation.ending()).isEqualTo("0x96 closed");
  }

  private void accepted() {
    reauthenticate("again");
    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
    assertThat(receiveAuth()).isEqualTo(SUCCESS);
  }

  // ---- Nobody can decide

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void if_nobody_can_decide_the_earlier_token_holds_and_the_device_is_asked_again(boolean fails) {
    connected(Apps.ALL, Duration.ofSeconds(60));
    reauthenticate("second");
    if (fails) {
      tokens.answers.getLast().completeExceptionally(new IllegalStateException("keys not read"));
    } else {
      tokens.refuses(RefusalReason.UNAVAILABLE);
    }
    assertThat(conversation.ending()).isEqualTo("open");
    pass(Duration.ofSeconds(5).minusNanos(1));
    assertThat(conversation.receive()).isNull();
    pass(Duration.ofNanos(1));
    assertThat(receiveAuth()).isEqualTo(CONTINUE);

    conversation.send(auth(CONTINUE, METHOD, "third"));
    assertThat(tokens.lastToken()).isEqualTo("third");
    tokens.accepts(DEVICE, Apps.ALL, Deliveries.NOW.plusSeconds(80));
    assertThat(receiveAuth()).isEqualTo(SUCCESS);
    pass(Duration.ofSeconds(60));
    assertThat(conversation.ending()).isEqualTo("open");
    pass(Duration.ofSeconds(15));
    assertThat(conversation.ending()).isEqualTo("0x87 closed");
  }

  @Test
  void a_device_that_does_not_answer_is_served_until_its_earlier_token_ends() {
    connected(Apps.ALL, Duration.ofSeconds(60));
    reauthenticate("second");
    tokens.refuses(RefusalReason.UNAVAILABLE);
    pass(Duration.ofSeconds(59));
    assertThat(receiveAuth()).isEqualTo(CONTINUE);
    pass(Duration.ofSeconds(1));

    assertThat(conversation.ending()).isEqualTo("0x87 closed");
  }

  @Test
  void a_device_that_answers_before_it_is_asked_breaks_the_protocol() {
    connected();
    reauthenticate("second");
    tokens.refuses(RefusalReason.UNAVAILABLE);
    conversation.send(auth(CONTINUE, METHOD, "third"));

    assertThat(conversation.ending()).isEqualTo("0x82 closed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_device_may_begin_anew_instead_of_being_asked_again(boolean asked) {
    connected();
    reauthenticate("second");
    tokens.refuses(RefusalReason.UNAVAILABLE);
    if (asked) {
      pass(Duration.ofSeconds(5));
      assertThat(receiveAuth()).isEqualTo(CONTINUE);
    }
    reauthenticate("third");
    assertThat(tokens.lastToken()).isEqualTo("third");
    pass(Duration.ofSeconds(5));
    assertThat(conversation.receive()).isNull();

    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);
    assertThat(receiveAuth()).isEqualTo(SUCCESS);
    assertThat(conversation.ending()).isEqualTo("open");
  }

  @Test
  void who_begins_anew_again_and_again_is_too_fast() {
    connected();
    for (int i = 0; i < 3; i++) {
      reauthenticate("again");
      tokens.refuses(RefusalReason.UNAVAILABLE);
    }
    reauthenticate("again");

    assertThat(tokens.asked).hasSize(4);
    assertThat(conversation.ending()).isEqualTo("0x96 closed");
  }

  // ---- The end

  @Test
  void a_decision_about_a_device_that_has_left_is_ignored() {
    connected();
    reauthenticate("second");
    conversation.node.close();
    conversation.node.runPendingTasks();
    tokens.accepts(DEVICE, Apps.ALL, Instant.MAX);

    assertThat(conversation.receive()).isNull();
    conversation.node.checkException();
  }

  @Test
  void a_device_that_has_left_is_not_asked_again() {
    connected();
    reauthenticate("second");
    tokens.refuses(RefusalReason.UNAVAILABLE);
    conversation.send(
        new MqttMessage(
            new MqttFixedHeader(
                MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0)));
    pass(Duration.ofSeconds(10));

    assertThat(conversation.receive()).isNull();
    assertThat(conversation.ending()).isEqualTo("closed");
    conversation.node.checkException();
  }
}
