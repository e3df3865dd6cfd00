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

final class DeviceKeyTest {

  @Test
  void the_bytes_are_length_device_and_name() {
    DeviceKey key = new DeviceKey(new DeviceId("ü1"), "com.ö");

    assertThat(HexFormat.of().formatHex(key.bytes())).isEqualTo("0003" + "c3bc31" + "636f6d2ec3b6");
    assertThat(DeviceKey.parse(key.bytes())).isEqualTo(key);
  }

  @Test
  void a_device_with_one_record_needs_no_name() {
    DeviceKey key = new DeviceKey(new DeviceId("a"), "");

    assertThat(key.bytes()).isEqualTo(DeviceKey.prefix(new DeviceId("a")));
    assertThat(DeviceKey.parse(key.bytes())).isEqualTo(key);
  }

  @Test
  void no_other_devices_key_begins_with_the_same() {
    byte[] prefix = DeviceKey.prefix(new DeviceId("a"));

    for (String other : new String[] {"b", "aa", "ab", "\u0100"}) {
      byte[] key = new DeviceKey(new DeviceId(other), "a").bytes();
      assertThat(Arrays.copyOf(key, prefix.length)).isNotEqualTo(prefix);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0000", "000061", "0002" + "61", "ffff61", "00010a61"})
  void other_bytes_are_refused(String hex) {
    byte[] key = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> DeviceKey.parse(key)).isInstanceOf(InvalidValueException.class);
  }
}
