package dev.tidings.ingest.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceQuestion;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.DeviceId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which delivery node is asked about a device. */
class DeviceNodesTest {
  private static final NodeSeal SEAL = new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32)));
  private static final DeviceAnswer FOUND = new DeviceAnswer.Found("{}", null);

  private final List<String> known = new ArrayList<>();
  private final Map<String, DeviceAnswer> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong(1);
  private NodeSeal sealOfNodes = SEAL;
  private Duration patience = Duration.ZERO;
  private final DeviceNodes nodes =
      new DeviceNodes(() -> List.copyOf(known), this::call, SEAL, 8, nanos::get);

  private byte[] call(String node, byte[] question, Duration atMost) throws IOException {
    asked.add(node);
    patience = atMost;
    DeviceAnswer answer = answers.get(node);
    if (answer == null) {
      nanos.addAndGet(atMost.toNanos());
      throw new IOException("nobody there");
    }
    return answer.sealed(question, sealOfNodes);
  }

  private DeviceAnswer ask() {
    asked.clear();
    return nodes.ask(new DeviceQuestion(new DeviceId("phone"), null, null, Instant.EPOCH));
  }

  private static DeviceAnswer notNow(String why) {
    return new DeviceAnswer.NotNow(why);
  }

  @Test
  void any_node_says_which_one_has_the_device_and_that_is_asked_first_from_then_on() {
    known.addAll(List.of("a:1", "b:1"));
    answers.put("a:1", new DeviceAnswer.Elsewhere("c:1"));
    answers.put("c:1", FOUND);

    assertThat(ask()).isEqualTo(FOUND);
    assertThat(asked).containsExactly("a:1", "c:1");
    assertThat(ask()).isEqualTo(FOUND);
    assertThat(asked).containsExactly("c:1");
  }

  @Test
  void one_that_is_not_known_to_its_node_is_not_known() {
    known.add("a:1");
    answers.put("a:1", new DeviceAnswer.Unknown());
    assertThat(ask()).isEqualTo(new DeviceAnswer.Unknown());
  }

  @Test
  void a_node_that_does_not_answer_is_passed_over() {
    known.addAll(List.of("gone:1", "a:1"));
    answers.put("a:1", FOUND);
    assertThat(ask()).isEqualTo(FOUND);
    assertThat(asked).containsExactly("gone:1", "a:1");
  }

  /** More may have gone at once than are asked for one answer. */
  @Test
  void those_that_did_not_answer_are_asked_behind_the_others_for_a_minute() {
    for (int i = 0; i < 7; i++) {
      known.add("gone-" + i + ":1");
    }
    known.add("a:1");
    answers.put("a:1", notNow("it moves"));
    for (int i = 0; i < 4; i++) {
      ask();
    }
    answers.put("a:1", FOUND);
    assertThat(ask()).isEqualTo(FOUND);
    assertThat(asked).containsExactly("a:1");

    answers.remove("a:1");
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    ask();
    assertThat(asked).startsWith("a:1", "gone-0:1");
  }

  @Test
  void the_node_that_is_away_is_named() {
    assertThat(ask()).isEqualTo(notNow("no delivery node has said where it is"));

    known.add("a:1");
    assertThat(ask()).isEqualTo(notNow("delivery node a:1 does not answer"));

    answers.put("a:1", new DeviceAnswer.Elsewhere("c:1"));
    assertThat(ask()).isEqualTo(notNow("delivery node c:1, which has the device, does not answer"));
  }

  @Test
  void a_node_that_had_the_device_and_has_gone_is_forgotten() {
    known.add("a:1");
    answers.put("a:1", new DeviceAnswer.Elsewhere("c:1"));
    answers.put("c:1", FOUND);
    ask();
    answers.remove("c:1");
    answers.put("a:1", FOUND);

    assertThat(ask()).isEqualTo(FOUND);
    assertThat(asked).containsExactly("c:1", "a:1");
    assertThat(ask()).isEqualTo(FOUND);
    assertThat(asked).containsExactly("a:1");
  }

  @Test
  void nodes_that_point_at_one_another_are_not_asked_for_ever() {
    known.addAll(List.of("a:1", "b:1"));
    answers.put("a:1", new DeviceAnswer.Elsewhere("b:1"));
    answers.put("b:1", new DeviceAnswer.Elsewhere("a:1"));
    assertThat(ask()).isInstanceOf(DeviceAnswer.NotNow.class);
    assertThat(asked).containsExactly("a:1", "b:1");
  }

  @Test
  void while_the_partition_moves_the_node_says_so() {
    known.add("a:1");
    answers.put("a:1", notNow("it moves"));
    assertThat(ask()).isEqualTo(notNow("delivery node a:1: it moves"));
  }

  @Test
  void an_answer_of_somebody_else_is_none() {
    known.add("a:1");
    answers.put("a:1", FOUND);
    sealOfNodes = new NodeSeal(TokenKeys.parse("1:" + "cd".repeat(32)));
    assertThat(ask()).isEqualTo(notNow("delivery node a:1 does not answer"));
  }

  @Test
  void however_many_do_not_answer_the_wait_is_bounded() {
    for (int i = 0; i < 50; i++) {
      known.add("gone-" + i + ":1");
    }
    long began = nanos.get();
    assertThat(ask()).isInstanceOf(DeviceAnswer.NotNow.class);
    assertThat(Duration.ofNanos(nanos.get() - began)).isLessThanOrEqualTo(Duration.ofSeconds(6));
    assertThat(asked).hasSizeBetween(2, 4);
    assertThat(patience).isPositive();
  }
}
