package dev.tidings.infra.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final List<FaultKind> ALL = List.of(FaultKind.values());

  @Test
  void the_same_seed_plans_the_same() {
    assertThat(planned(7, ALL, 100)).isEqualTo(planned(7, ALL, 100));
    assertThat(planned(7, ALL, 100)).isNotEqualTo(planned(8, ALL, 100));
  }

  @Test
  void every_kind_comes_once_before_any_comes_again() {
    List<FaultKind> kinds =
        planned(3, ALL, 2 * ALL.size()).stream().map(Schedule.Planned::kind).toList();

    assertThat(kinds.subList(0, ALL.size())).containsExactlyInAnyOrderElementsOf(ALL);
    assertThat(kinds.subList(ALL.size(), 2 * ALL.size())).containsExactlyInAnyOrderElementsOf(ALL);
  }

  @Test
  void only_the_kinds_that_are_wanted_come() {
    assertThat(planned(1, List.of(FaultKind.KILL_NODE), 5))
        .extracting(Schedule.Planned::kind)
        .containsOnly(FaultKind.KILL_NODE);
  }

  @Test
  void a_kind_is_written_as_it_is_typed() {
    assertThat(FaultKind.CUT_BROKERS_OFF).hasToString("cut-brokers-off");
  }

  private static List<Schedule.Planned> planned(long seed, List<FaultKind> kinds, int count) {
    var schedule = new Schedule(seed, kinds);
    return Stream.generate(schedule::next).limit(count).toList();
  }
}
