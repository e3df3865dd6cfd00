package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenDigitsTest {
  @Test
  void of_all_characters_only_the_lower_case_digits_are_taken() {
    StringBuilder digits = new StringBuilder();
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      if (Token.isDigit((char) c)) {
        digits.append((char) c);
      }
    }
    assertThat(digits).hasToString("0123456789abcdef");
  }
}
