package dev.tidings.ingest.erase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.erase.DeviceErasures.Known;
import dev.tidings.ingest.erase.ErasureTable.Change;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ErasureTableTest {
  private static final int BYTES = 1_200;

  private final ErasureTable table = new ErasureTable(BYTES);

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
    assertThat(table.bytes()).isLessThanOrEqualTo(BYTES);
    assertThat(table.find("96")).isEmpty();
    assertThat(table.find("97")).isPresent();

    table.requested(known("new", ErasureState.REQUESTED));
    assertThat(table.size()).isEqualTo(3);
    table.clear();
    assertThat(table.size()).isZero();
    assertThat(table.bytes()).isZero();
    assertThat(table.position(0)).isEqualTo(-1);
  }

  private static Known ofApps(String id, int apps) {
    List<String> names = IntStream.range(0, apps).mapToObj(i -> "com.example.app" + i).toList();
    return new Known(
        id,
        new DeviceId("phone"),
        new Erasure(
            1L,
            "A",
            names,
            ErasureState.RUNNING,
            names.stream().map(app -> new ErasedToken(app, 1)).toList(),
            List.of()));
  }

  @Test
  void equal_lists_of_apps_are_one_and_count_once_and_tokens_are_not_kept() {
    ErasureTable large = new ErasureTable(1 << 20);
    large.apply(
        List.of(new Change("1", ofApps("1", 500)), new Change("2", ofApps("2", 500))),
        Map.of(),
        Uuid.ZERO_UUID,
        1);
    Erasure first = large.find("1").orElseThrow().erasure();

    assertThat(first.getApps())
        .hasSize(500)
        .isSameAs(large.find("2").orElseThrow().erasure().getApps());
    assertThat(first.getTokens()).isEmpty();
    assertThat(large.bytes()).isBetween(500L * 64, 2 * 500L * 64);
  }

  @Test
  void long_lists_of_apps_push_older_erasures_out_and_leave_nothing_behind() {
    ErasureTable small = new ErasureTable(100_000);
    for (int i = 0; i < 1_000; i++) {
      small.requested(ofApps("" + i, 100 + i % 7));
      assertThat(small.bytes()).isLessThanOrEqualTo(100_000);
    }
    assertThat(small.find("999")).isPresent();
    int held = small.size();
    assertThat(held).isGreaterThan(50);

    for (int i = 0; i < 1_000; i++) {
      small.apply(List.of(new Change("" + i, null)), Map.of(), Uuid.ZERO_UUID, 1);
    }
    assertThat(small.size()).isZero();
    assertThat(small.bytes()).isZero();
  }

  @Test
  void one_that_is_read_again_takes_no_more_than_before() {
    ErasureTable large = new ErasureTable(1 << 20);
    large.requested(ofApps("1", 10));
    long once = large.bytes();
    for (int i = 0; i < 10; i++) {
      large.apply(List.of(new Change("1", ofApps("1", 10))), Map.of(), Uuid.ZERO_UUID, 1);
    }

    assertThat(large.bytes()).isEqualTo(once);
  }

  @Test
  void one_that_is_larger_than_all_may_be_is_not_held() {
    table.requested(ofApps("1", 500));

    assertThat(table.size()).isZero();
    assertThat(table.bytes()).isZero();
  }
}
