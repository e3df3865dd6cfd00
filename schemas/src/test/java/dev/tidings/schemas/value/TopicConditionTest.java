package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicConditionTest {
  private static boolean isMeant(String condition, String joined) {
    Set<String> topics = Set.copyOf(Arrays.asList(joined.split(" ", -1)));
    return TopicCondition.parse(condition).test(topic -> topics.contains(topic.value()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'a' in topics;a;true",
        "'a' in topics;b;false",
        "'a' in topics && !('b' in topics);a;true",
        "'a' in topics && !('b' in topics);a b;false",
        "'a' in topics && !'b' in topics;a c;true",
        "'a' in topics || 'b' in topics && 'c' in topics;a;true",
        "'a' in topics || 'b' in topics && 'c' in topics;b;false",
        "('a' in topics || 'b' in topics) && 'c' in topics;a;false",
        "('a' in topics||'b' in topics)&&'c' in topics;b c;true",
        "!(!('a' in topics));a;true",
        "'user:42' in topics;user:42;true"
      })
  void a_condition_says_who_is_meant(String condition, String joined, boolean meant) {
    assertThat(isMeant(condition, joined)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'a' in topics;a",
        "'a' in topics && 'b' in topics;a",
        "'a' in topics && !('b' in topics);a",
        "!('b' in topics) && 'a' in topics;a",
        "'a' in topics || 'b' in topics;a b",
        "('a' in topics || 'b' in topics) && 'c' in topics;c",
        "!(!('a' in topics) && !('b' in topics));a b",
        "!(!('a' in topics) || 'b' in topics);a"
      })
  void the_fewest_topics_are_read_in_which_all_who_are_meant_are(String condition, String topics) {
    assertThat(
            TopicCondition.parse(condition).sources().stream()
                .map(BroadcastTopic::value)
                .collect(Collectors.joining(" ")))
        .isEqualTo(topics);
  }

  @Test
  void all_topics_are_named_wherever_they_are() {
    TopicCondition condition =
        TopicCondition.parse("'a' in topics && ('b' in topics || !('c' in topics))");
    for (String name : List.of("a", "b", "c")) {
      assertThat(condition.names(topic -> topic.value().equals(name))).isTrue();
    }
    assertThat(condition.names(topic -> topic.value().equals("d"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!('a' in topics)",
        "'a' in topics || !('b' in topics)",
        "!('a' in topics && 'b' in topics)"
      })
  void a_condition_that_who_is_in_no_topic_fulfils_is_refused(String condition) {
    assertThatThrownBy(() -> TopicCondition.parse(condition))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("in at least one of its topics");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "'a'",
        "'a' in",
        "'a' in topics &&",
        "'a' in topics & 'b' in topics",
        "'a' in topics 'b' in topics",
        "('a' in topics",
        "'a' in topics)",
        "'a b' in topics",
        "'a in topics",
        "'' in topics",
        "\"a\" in topics",
        "!",
        "()"
      })
  void what_is_no_condition_is_refused(String condition) {
    assertThatThrownBy(() -> TopicCondition.parse(condition))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void length_topics_and_nesting_are_bounded() {
    String ten = "'a' in topics" + " || 'a' in topics".repeat(9);
    assertThat(TopicCondition.parse(ten).sources()).hasSize(1);
    assertThatThrownBy(() -> TopicCondition.parse(ten + " || 'a' in topics"))
        .hasMessageContaining("at most 10 topics");
    assertThatThrownBy(
            () -> TopicCondition.parse("(".repeat(400) + "'a' in topics" + ")".repeat(400)))
        .hasMessageContaining("nested at most 20");
    assertThatThrownBy(() -> TopicCondition.parse("!".repeat(900) + "'a' in topics"))
        .hasMessageContaining("nested at most 20");
    assertThatThrownBy(() -> TopicCondition.parse(" ".repeat(1_001)))
        .hasMessageContaining("at most 1000");
  }

  @Test
  void one_topic_is_a_condition_too() {
    TopicCondition condition = TopicCondition.of(new BroadcastTopic("goals"));

    assertThat(condition).isEqualTo(TopicCondition.parse("'goals' in topics"));
  }
}
