package dev.tidings.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.bench.measure.Latencies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final long UNTIL = 1_000;

  @Test
  void a_load_of_which_nothing_was_accepted_has_failed() {
    assertThat(load(1).isClean()).isTrue();
    assertThat(load(0).isClean()).isFalse();
  }

  @Test
  void a_broadcast_that_ended_before_the_load_beside_it_says_nothing() {
    assertThat(broadcast(7, UNTIL).endedEarly()).isFalse();
    assertThat(broadcast(7, UNTIL).isClean(7)).isTrue();
    assertThat(broadcast(6, UNTIL).isClean(7)).isFalse();
    assertThat(broadcast(7, UNTIL - 1).endedEarly()).isTrue();
    assertThat(broadcast(7, UNTIL - 1).isClean(7)).isFalse();
  }

  @Test
  void a_flood_of_which_nothing_was_accepted_was_none() {
    assertThat(tenants(1).isClean()).isTrue();
    assertThat(tenants(0).isClean()).isFalse();
  }

  private static Tenants.Result tenants(double floodAccepted) {
    LoadResult clean = load(1);
    return new Tenants.Result(
        clean, clean, clean, clean, 10, floodAccepted, new Counts(1, 0, 0, 0, 0, 0));
  }

  private static Broadcast.Result broadcast(long sent, long end) {
    return new Broadcast.Result(load(1), load(1), load(1), new Broadcast.Times(1, 1, 1, sent, end));
  }

  private static LoadResult load(long accepted) {
    return new LoadResult(
        UNTIL,
        1,
        1,
        1,
        new Latencies(),
        new Latencies(),
        Optional.empty(),
        new Counts(accepted, 0, 0, 0, 0, 0),
        Map.of(),
        List.of(),
        Map.of(),
        0,
        Map.of());
  }
}
