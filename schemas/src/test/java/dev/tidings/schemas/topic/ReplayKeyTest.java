package dev.tidings.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayKeyTest {
  private static final String ID = "0194d9f6-174a-7d12-b4dc-6643fe633ec6";

  @Test
  void each_kind_is_read_as_it_was_written() {
    for (ReplayKey key :
        List.of(new ReplayKey.Order(ID), new ReplayKey.Progress(ID, 12), new ReplayKey.Stop(ID))) {
      assertThat(ReplayKey.parse(key.bytes())).contains(key);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0194d9f6",
        ID + "+",
        ID + "+1x",
        ID + "+1234567",
        ID + "--",
        ID + "/1",
        "0194D9F6-174a-7d12-b4dc-6643fe633ec6",
        "erasure/0194d9f6-174a-7d12-b4dc-6643fe6"
      })
  void what_others_write_is_none(String key) {
    assertThat(ReplayKey.parse(key.getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
  }
}
