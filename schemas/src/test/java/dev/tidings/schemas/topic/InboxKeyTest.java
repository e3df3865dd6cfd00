package dev.tidings.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InboxKeyTest {

  @Test
  void the_bytes_are_length_device_and_sequence() {
    byte[] key = new InboxKey(new DeviceId("ü1"), 258).bytes();

    assertThat(HexFormat.of().formatHex(key)).isEqualTo("0003" + "c3bc31" + "0000000000000102");
    assertThat(InboxKey.parse(key)).isEqualTo(new InboxKey(new DeviceId("ü1"), 258));
    assertThat(InboxKey.bytes(new DeviceId("ü1").key(), 258)).isEqualTo(key);
  }

  @Test
  void one_devices_keys_sort_by_sequence_and_stand_together() {
    byte[][] keys = {
      new InboxKey(new DeviceId("a"), 0).bytes(),
      new InboxKey(new DeviceId("a"), 255).bytes(),
      new InboxKey(new DeviceId("a"), 256).bytes(),
      new InboxKey(new DeviceId("a"), Long.MAX_VALUE).bytes(),
      new InboxKey(new DeviceId("b"), 0).bytes(),
      new InboxKey(new DeviceId("aa"), 0).bytes(),
    };
    byte[][] sorted = keys.clone();
    Arrays.sort(sorted, Arrays::compareUnsigned);

    assertThat(sorted).isEqualTo(keys);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0000",
        "00000000000000000000",
        "000161000000000000",
        "00016100000000000000000000",
        "ffff610000000000000001",
        "00010a0000000000000001",
        "000161ffffffffffffffff",
        "0001ff0000000000000001",
        "0002c3280000000000000001",
        "0003eda0800000000000000001"
      })
  void other_bytes_are_refused(String hex) {
    byte[] key = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> InboxKey.parse(key)).isInstanceOf(InvalidValueException.class);
  }

  @Test
  void a_sequence_is_an_offset() {
    assertThatThrownBy(() -> new InboxKey(new DeviceId("a"), -1))
        .hasMessage("sequence: -1 (expected: >= 0)");
  }
}
