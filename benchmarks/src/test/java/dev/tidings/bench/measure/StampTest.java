package dev.tidings.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.value.JsonPayload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class StampTest {
  @Test
  void what_is_written_is_read_wherever_the_payload_begins() {
    byte[] payload = Stamp.payload(300);
    Stamp.write(payload, 19_999, 123_456, Long.MAX_VALUE - 7);

    ByteBuf in = Unpooled.buffer().writeZero(5).writeBytes(payload);

    assertThat(Stamp.device(in, 5)).isEqualTo(19_999);
    assertThat(Stamp.sequence(in, 5)).isEqualTo(123_456);
    assertThat(Stamp.time(in, 5)).isEqualTo(Long.MAX_VALUE - 7);
  }

  @Test
  void what_is_for_everybody_is_for_no_device() {
    byte[] payload = Stamp.payload(300);
    Stamp.write(payload, Stamp.EVERYBODY, 1, 2);

    assertThat(Stamp.device(Unpooled.wrappedBuffer(payload), 0)).isEqualTo(Stamp.EVERYBODY);
  }

  @Test
  void a_payload_is_one_the_service_takes_and_as_long_as_asked() {
    assertThat(Stamp.payload(Stamp.MIN_BYTES)).hasSize(Stamp.MIN_BYTES);
    assertThat(new JsonPayload().isObject(Stamp.payload(Stamp.MIN_BYTES))).isTrue();
    assertThat(Stamp.payload(4096)).hasSize(4096);
    assertThat(new JsonPayload().isObject(Stamp.payload(4096))).isTrue();
  }

  @Test
  void a_payload_without_room_is_refused() {
    assertThatThrownBy(() -> Stamp.payload(20))
        .hasMessage("payload: 20 bytes (expected: at least " + Stamp.MIN_BYTES + ")");
  }
}
