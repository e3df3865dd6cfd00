package dev.tidings.ingest.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.net.limit.Rate;
import dev.tidings.schemas.avro.Limit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ControlledLimitsTest {
  private static final Rate DEFAULT = new Rate(100, 1);

  private final AtomicLong version = new AtomicLong();
  private final AtomicInteger reads = new AtomicInteger();
  private final Map<String, Limit> entries = new HashMap<>();
  private final ControlledLimits limits =
      new ControlledLimits(
          new LimitRules.Fixed(DEFAULT, null, DEFAULT, DEFAULT, null),
          version::get,
          () -> {
            reads.incrementAndGet();
            return entries;
          });

  private void put(String name, int perSecond, int seconds) {
    entries.put(name, new Limit(perSecond, seconds));
    version.incrementAndGet();
  }

  @Test
  void an_entry_counts_instead_of_the_setting_from_its_change_until_it_is_removed() {
    assertThat(limits.team("A")).isEqualTo(DEFAULT);
    assertThat(limits.app("mail")).isNull();

    put("team/A", 5, 2);
    put("app/mail", 7, 1);
    assertThat(limits.team("A")).isEqualTo(new Rate(5, 2));
    assertThat(limits.team("B")).isEqualTo(DEFAULT);
    assertThat(limits.app("mail")).isEqualTo(new Rate(7, 1));
    assertThat(limits.app("A")).isNull();
    assertThat(limits.key()).isEqualTo(DEFAULT);
    assertThat(limits.token()).isEqualTo(DEFAULT);
    assertThat(limits.address()).isNull();

    entries.remove("team/A");
    version.incrementAndGet();
    assertThat(limits.team("A")).isEqualTo(DEFAULT);
  }

  @Test
  void an_entry_can_lift_a_limit() {
    put("team/A", 0, 1);

    assertThat(limits.team("A")).isNull();
  }

  @Test
  void an_entry_that_makes_no_sense_counts_for_nothing() {
    put("team/A", -1, 1);
    put("team/B", 1_000_001, 1);
    put("team/C", 1, 0);
    put("team/D", 1, 3_601);
    put("D", 1, 1);
    put("device/D", 1, 1);

    for (String team : new String[] {"A", "B", "C", "D"}) {
      assertThat(limits.team(team)).isEqualTo(DEFAULT);
    }
  }

  @Test
  void the_entries_are_read_when_they_have_changed_and_not_at_each_request() {
    for (int i = 0; i < 100; i++) {
      limits.team("A");
      limits.app("mail");
    }

    assertThat(reads).hasValue(1);
    put("team/A", 5, 1);
    limits.team("A");
    limits.team("A");
    assertThat(reads).hasValue(2);
  }
}
