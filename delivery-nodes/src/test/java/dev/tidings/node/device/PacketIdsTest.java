package dev.tidings.node.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Delivery;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketIdsTest {
  private static final Delivery DELIVERY =
      new Delivery(
          "id", "t", "app", ByteBuffer.allocate(0), null, 10, null, "alert", List.of(), null, null);

  private final PacketIds ids = new PacketIds(0);

  private int put(long sequence) {
    return ids.put(new Sent(sequence, DELIVERY, null, 0));
  }

  @Test
  void ids_go_from_1_to_65535_and_around_again_past_those_in_use() {
    assertThat(put(0)).isEqualTo(1);
    for (int id = 2; id <= 65_535; id++) {
      assertThat(put(id)).isEqualTo(id);
      if (id != 3) {
        ids.remove(id);
      }
    }
    assertThat(put(100_000)).isEqualTo(2);
    assertThat(put(100_001)).isEqualTo(4);
    assertThat(ids.size()).isEqualTo(4);
  }

  @Test
  void what_is_drained_comes_by_sequence_and_leaves_nothing() {
    put(7);
    put(3);
    put(5);
    assertThat(ids.drain()).extracting(Sent::sequence).containsExactly(3L, 5L, 7L);
    assertThat(ids.size()).isZero();
    assertThat(ids.remove(1)).isNull();
  }

  @Test
  void what_is_in_flight_is_known_by_its_sequence() {
    put(7);
    put(3);
    ids.remove(put(5));

    assertThat(List.of(7L, 3L)).allMatch(ids::contains);
    assertThat(List.of(2L, 5L, 6L, 8L)).noneMatch(ids::contains);
    ids.drain();
    assertThat(ids.contains(7)).isFalse();
  }
}
