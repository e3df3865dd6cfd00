package dev.tidings.ingest.erase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.value.InvalidValueException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErasureRequestTest {

  @ParameterizedTest
  @CsvSource({"phone-1, phone-1", "a%2Fb%20c, a/b c", "%C3%bc, ü", "a+b, a+b", "%25, %"})
  void a_device_is_read_as_it_is_encoded_in_a_path(String segment, String device) {
    assertThat(ErasureRequest.device(segment).value()).isEqualTo(device);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "%", "%2", "%zz", "%C3", "%FF", "a%00b", "a b", "ü", "%E0%80%AF", "%-1a"})
  void what_is_no_device_is_refused(String segment) {
    assertThatThrownBy(() -> ErasureRequest.device(segment))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("expected: 1 to 128 bytes of UTF-8");
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 129, 10_000})
  void its_bytes_count_and_not_how_they_are_written(int length) {
    String segment = "%41".repeat(length);
    if (length <= 128) {
      assertThat(ErasureRequest.device(segment).value()).isEqualTo("A".repeat(length));
    } else {
      assertThatThrownBy(() -> ErasureRequest.device(segment))
          .isInstanceOf(InvalidValueException.class);
    }
  }
}
