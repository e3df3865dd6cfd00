package dev.tidings.ingest.erase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.erase.ErasureTable.Change;
import dev.tidings.ingest.erase.Erasures.Known;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ErasureTableTest {
  private final ErasureTable table = new ErasureTable(3);

  private static Known known(String id, ErasureState state) {
    return new Known(
        id, new DeviceId("phone"), new Erasure(1L, null, null, state, List.of(), List.of()));
  }

  private void read(Change... changes) {
    table.apply(List.of(changes), Map.of(0, 1L), Uuid.ZERO_UUID, 1);
  }

  @Test
  void what_was_read_is_not_hidden_by_what_was_requested_before() {
    read(new Change("1", known("1", ErasureState.DONE)));
    table.requested(known("1", ErasureState.REQUESTED));
    table.requested(known("2", ErasureState.REQUESTED));

    assertThat(table.find("1").orElseThrow().erasure().getState()).isEqualTo(ErasureState.DONE);
    assertThat(table.find("2")).isPresent();
    read(new Change("2", null));
    assertThat(table.find("2")).isEmpty();
  }

  @Test
  void however_many_there_are_the_latest_are_held_and_the_memory_is_the_same() {
    IntStream.range(0, 100)
        .mapToObj(i -> known("" + i, ErasureState.DONE))
        .forEach(each -> read(new Change(each.id(), each)));
    assertThat(table.size()).isEqualTo(3);
    assertThat(table.find("96")).isEmpty();
    assertThat(table.find("97")).isPresent();

    table.requested(known("new", ErasureState.REQUESTED));
    assertThat(table.size()).isEqualTo(3);
    table.clear();
    assertThat(table.size()).isZero();
    assertThat(table.position(0)).isEqualTo(-1);
  }
}
