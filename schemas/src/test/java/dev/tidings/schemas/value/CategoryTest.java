package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CategoryTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "marketing", "order_status-2.new", "0", "."})
  void it_is_a_word_of_small_letters_digits_and_some_marks(String word) {
    assertThat(new Category(word)).hasToString(word);
    assertThat(Category.ofField(word)).contains(new Category(word));
    assertThat(Category.asked(word)).isEqualTo(word);
  }

  @Test
  void it_has_at_most_64_characters() {
    assertThat(new Category("a".repeat(64)).value()).hasSize(64);
    assertThat(Category.ofField("a".repeat(65))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Marketing", "a b", "a/b", "\u00e4", "none", "others", "a\n"})
  void what_is_none_is_refused_with_what_was_expected(String wrong) {
    assertThatThrownBy(() -> new Category(wrong))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("(expected: 1 to 64 of a-z, 0-9 and . _ -, neither none nor others)");
    assertThat(Category.ofField(wrong)).isEmpty();
  }

  @Test
  void those_without_one_are_asked_for_by_none_and_the_rest_of_a_list_is_not_asked_for() {
    assertThat(Category.asked("none")).isEqualTo("none");
    assertThat(Category.ofField(null)).isEmpty();
    assertThatThrownBy(() -> Category.asked("others"))
        .hasMessageContaining("category: others (expected: 1 to 64 of a-z");
  }
}
