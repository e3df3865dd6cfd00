package dev.tidings.schemas.question;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G170 of docs/guarantees.md. */
class DeviceQuestionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final NodeSeal SEAL = new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32)));
  private static final NodeSeal OTHER = new NodeSeal(TokenKeys.parse("1:" + "cd".repeat(32)));
  private static final DeviceQuestion QUESTION =
      new DeviceQuestion(
          new DeviceId("phone ü *"),
          Set.of("com.example.mail", "com.example.news"),
          new InboxPage(17, 100),
          NOW);

  private static DeviceQuestion of(Set<String> apps, InboxPage page) {
    return new DeviceQuestion(new DeviceId("phone"), apps, page, NOW);
  }

  @Test
  void what_is_asked_is_what_is_read() {
    assertThat(DeviceQuestion.read(QUESTION.sealed(SEAL), SEAL, NOW)).contains(QUESTION);
    for (DeviceQuestion each :
        new DeviceQuestion[] {of(null, null), of(Set.of(), null), of(Set.of("a"), null)}) {
      assertThat(DeviceQuestion.read(each.sealed(SEAL), SEAL, NOW)).contains(each);
    }
  }

  @Test
  void nobody_without_the_keys_of_the_installation_asks_anything() {
    assertThat(DeviceQuestion.read(QUESTION.sealed(OTHER), SEAL, NOW)).isEmpty();
    String text = new String(QUESTION.sealed(SEAL), UTF_8);
    // Of another device, or of all apps.
    assertThat(DeviceQuestion.read(text.replace("phone", "phony").getBytes(UTF_8), SEAL, NOW))
        .isEmpty();
    assertThat(
            DeviceQuestion.read(
                text.replaceAll("com\\.example\\.mail\n.*", "*").getBytes(UTF_8), SEAL, NOW))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "a", "a\nb\nc", "\n\n\n\n\n"})
  void what_is_no_question_is_none(String text) {
    assertThat(DeviceQuestion.read(text.getBytes(UTF_8), SEAL, NOW)).isEmpty();
  }

  @Test
  void a_question_that_was_copied_counts_for_some_minutes_only() {
    byte[] bytes = QUESTION.sealed(SEAL);
    Duration fresh = DeviceQuestion.FRESH;
    assertThat(DeviceQuestion.read(bytes, SEAL, NOW.plus(fresh))).isPresent();
    assertThat(DeviceQuestion.read(bytes, SEAL, NOW.plus(fresh).plusMillis(1))).isEmpty();
    assertThat(DeviceQuestion.read(bytes, SEAL, NOW.minus(fresh).minusMillis(1))).isEmpty();
  }

  @Test
  void an_answer_belongs_to_its_question_and_comes_from_a_node_of_the_installation() {
    byte[] asked = QUESTION.sealed(SEAL);
    for (DeviceAnswer answer :
        new DeviceAnswer[] {
          new DeviceAnswer.Found("{\"device\":\"a\nb\"}", null),
          new DeviceAnswer.Found("{}", 42L),
          new DeviceAnswer.Unknown(),
          new DeviceAnswer.Elsewhere("[::1]:1884"),
          new DeviceAnswer.NotNow("which node has it is not known")
        }) {
      byte[] bytes = answer.sealed(asked, SEAL);
      assertThat(DeviceAnswer.read(bytes, asked, SEAL)).contains(answer);
      assertThat(DeviceAnswer.read(bytes, of(null, null).sealed(SEAL), SEAL)).isEmpty();
      assertThat(DeviceAnswer.read(answer.sealed(asked, OTHER), asked, SEAL)).isEmpty();
    }
    assertThat(DeviceAnswer.read("unknown\n".getBytes(UTF_8), asked, SEAL)).isEmpty();
    assertThat(DeviceAnswer.read(new byte[0], asked, SEAL)).isEmpty();
  }

  @Test
  void a_page_is_bounded() {
    assertThatThrownBy(() -> new InboxPage(0, InboxPage.MOST + 1))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("from 1 to 500");
    assertThatThrownBy(() -> new InboxPage(-2, 1)).isInstanceOf(InvalidValueException.class);
  }
}
