package dev.tidings.schemas.question;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.question.NodeFigures.Socket;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorQuestionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final NodeSeal SEAL = new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32)));
  private static final NodeSeal OTHER = new NodeSeal(TokenKeys.parse("1:" + "cd".repeat(32)));
  private static final AppId NEWS = new AppId("com.example.news");
  private static final OperatorQuestion DISCONNECT =
      new OperatorQuestion.Disconnect(new DeviceId("phone ü *"));

  @Test
  void what_is_asked_is_what_is_read() {
    for (OperatorQuestion each :
        List.of(
            new OperatorQuestion.Figures(),
            new OperatorQuestion.Devices("", "", 1),
            new OperatorQuestion.Devices("pho", "phone ü", 1_000),
            new OperatorQuestion.Topics(NEWS, "", "", 1),
            new OperatorQuestion.Topics(NEWS, "go", "user:%20", 1_000),
            new OperatorQuestion.Subscribers(NEWS, new BroadcastTopic("tag:a"), "phone ü", 7),
            new OperatorQuestion.Revoke(new DeviceId("phone ü *"), new AppId("com.example.news")),
            DISCONNECT)) {
      assertThat(OperatorQuestion.read(each.sealed(SEAL, NOW), SEAL, NOW)).contains(each);
    }
  }

  @Test
  void nobody_without_the_keys_of_the_installation_asks_anything_nor_long_after_it_was_asked() {
    byte[] sealed = DISCONNECT.sealed(SEAL, NOW);
    assertThat(OperatorQuestion.read(DISCONNECT.sealed(OTHER, NOW), SEAL, NOW)).isEmpty();
    String another = new String(sealed, UTF_8).replace("phone", "phony");
    assertThat(OperatorQuestion.read(another.getBytes(UTF_8), SEAL, NOW)).isEmpty();
    assertThat(OperatorQuestion.read(sealed, SEAL, NOW.plus(Duration.ofMinutes(6)))).isEmpty();
    // One about a device is none to a node, nor the other way round.
    assertThat(DeviceQuestion.read(sealed, SEAL, NOW)).isEmpty();
    DeviceQuestion device = new DeviceQuestion(new DeviceId("phone"), null, null, NOW);
    assertThat(OperatorQuestion.read(device.sealed(SEAL), SEAL, NOW)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "a", "a\nb\nc", "\n\n\n\n\n"})
  void what_is_no_question_is_none(String text) {
    assertThat(OperatorQuestion.read(text.getBytes(UTF_8), SEAL, NOW)).isEmpty();
  }

  @Test
  void names_that_no_device_has_are_not_looked_for() {
    assertThatThrownBy(() -> new OperatorQuestion.Devices("a\nb", "", 1))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> new OperatorQuestion.Devices("", "", 1_001))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> new OperatorQuestion.Topics(NEWS, "a b", "", 1))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(
            () -> new OperatorQuestion.Subscribers(NEWS, new BroadcastTopic("a"), "", 1_001))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void joins_are_read_as_they_were_written_and_what_is_no_list_of_them_is_none() {
    JoinList joins =
        new JoinList(
            new TreeSet<>(List.of(10, 2)), 8, new TreeMap<>(Map.of("b c", 1L, "a", 7L)), true);

    assertThat(joins.text()).isEqualTo("more 8\n2 10\n7 a\n1 b c");
    assertThat(JoinList.parse(joins.text())).isEqualTo(joins);
    JoinList none = new JoinList(new TreeSet<>(), 0, new TreeMap<>(), false);
    assertThat(JoinList.parse(none.text())).isEqualTo(none);
    for (String other : List.of("", "all", "all 1", "all x\n1", "all 1\nx", "all 1\n1\nx y")) {
      assertThatThrownBy(() -> JoinList.parse(other)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void figures_and_devices_are_read_as_they_were_written() {
    NodeFigures figures =
        new NodeFigures(
            "node 1",
            "1.0",
            "jwt",
            List.of(new Socket("ws", "::1", 8083)),
            new TreeSet<>(List.of(1, 12)),
            new TreeMap<>(Map.of("connections.tcp", 2.0)),
            new TreeMap<>(Map.of(0.5, 3.0)));
    DeviceList devices =
        new DeviceList(
            List.of(new DeviceList.Known("+a", false), new DeviceList.Known("-b c", true)), true);

    assertThat(NodeFigures.parse(figures.text())).isEqualTo(figures);
    assertThat(DeviceList.parse(devices.text())).isEqualTo(devices);
    assertThat(DeviceList.parse("all")).isEqualTo(new DeviceList(List.of(), false));
    assertThat(NodeFigures.parse("node x\nvalue a\nlatency b c\nsocket ws\nnew 1").node())
        .isEqualTo("x");
  }

  @Test
  void names_are_in_the_order_of_their_bytes() {
    // UTF-16 would have the last before the second.
    assertThat(List.of("a", "\uff5e", "\ud83d\ude00")).isSortedAccordingTo(DeviceList.ORDER);
  }
}
