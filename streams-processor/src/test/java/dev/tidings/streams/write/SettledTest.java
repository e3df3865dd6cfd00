package dev.tidings.streams.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** Shows G41 and G105 of docs/guarantees.md. */
final class SettledTest {
  private static final Bytes ONE = Bytes.wrap(new byte[] {1});
  private static final Bytes TWO = Bytes.wrap(new byte[] {2});

  private final CommitWatch commits = CommitWatch.builder().build();
  private final Settled settled = new Settled(commits);

  @Test
  void a_tombstone_is_written_once_and_only_when_what_was_sent_is_in_the_log() {
    settled.add(ONE);
    assertThat(written()).isEmpty();

    commit();
    settled.add(TWO);
    assertThat(written()).containsExactly(ONE);
    assertThat(written()).isEmpty();
    // Until the tombstone is read back it must not be sent again.
    assertThat(settled.contains(ONE)).isTrue();
    settled.forget(ONE);
    assertThat(settled.contains(ONE)).isFalse();
    commit();
    assertThat(written()).containsExactly(TWO);
  }

  @Test
  void one_that_was_scheduled_again_meanwhile_is_not_removed() {
    settled.add(ONE);
    settled.forget(ONE);
    commit();

    assertThat(written()).isEmpty();
  }

  @Test
  void so_many_are_written_and_no_more() {
    settled.add(ONE);
    settled.add(TWO);
    commit();

    List<Bytes> some = new ArrayList<>();
    settled.write(1, some::add);
    assertThat(some).containsExactly(ONE);
    assertThat(written()).containsExactly(TWO);
  }

  private void commit() {
    commits.commit(Map.of());
  }

  private List<Bytes> written() {
    List<Bytes> keys = new ArrayList<>();
    settled.write(10, keys::add);
    return keys;
  }
}
