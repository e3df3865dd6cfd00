package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.CloseReason;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.topic.InboxKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What systems of this kind fell into, as their trackers tell: each trap by its name.
 *
 * <p>Shows G51 of docs/guarantees.md.
 */
class KnownTrapsTopologyTest {
  @TempDir Path directory;
  private PartitionHarness harness;

  @BeforeEach
  void start() {
    harness = new PartitionHarness(directory);
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  @Test
  void undelivered_offsets_are_not_committed_over_after_a_reconnect() {
    Phone first = harness.connect("phone", 3);
    String oldest = harness.arrive("phone");
    String middle = harness.arrive("phone");
    String newest = harness.arrive("phone");
    harness.until(() -> first.pushes().size() == 3);

    Phone second = harness.connect("phone", 3);
    harness.until(() -> second.ids().equals(List.of(oldest, middle, newest)));
    second.confirm(second.pushes().get(2));
    harness.until(() -> harness.receipt(newest) != null);
    assertThat(harness.low()).isZero();

    Phone third = harness.connect("phone", 3);
    harness.until(() -> third.ids().equals(List.of(oldest, middle)));
    third.confirm(third.pushes().get(1));
    harness.until(() -> harness.receipt(middle) != null);
    assertThat(harness.low()).isZero();
    third.confirm(third.pushes().get(0));
    harness.until(() -> harness.low() == 3);
  }

  @Test
  void packet_ids_wrap_at_65535_past_those_in_flight() {
    Phone phone = harness.connect("phone", 2_000);
    String stuck = harness.arrive("phone");
    Set<Integer> used = new HashSet<>();
    List<Phone.Push> pushes = List.of();
    int seen = 1;
    while (seen <= 65_536) {
      for (int i = 0; i < 1_500; i++) {
        harness.arrive("phone");
      }
      harness.settle();
      pushes = phone.pushes();
      for (Phone.Push push : pushes.subList(seen, pushes.size())) {
        used.add(push.packetId());
        phone.confirm(push);
      }
      seen = pushes.size();
      harness.settle();
    }

    int first = pushes.getFirst().packetId();
    assertThat(pushes.get(65_534).packetId()).isEqualTo(behind(first, 65_534));
    assertThat(pushes.get(65_535).packetId()).isEqualTo(behind(first, 65_536));
    assertThat(used).doesNotContain(0, first);
    assertThat(harness.low()).isZero();
    phone.confirm(pushes.getFirst());
    harness.until(() -> harness.receipt(stuck) != null);
  }

  /** So many ids behind one, and around again: there is no 0. */
  private static int behind(int id, int many) {
    return (id - 1 + many) % 65_535 + 1;
  }

  /**
   * Each node, and each process, knows only of its own: what a client confirms late of another's
   * must not be the next here.
   */
  @Test
  void packet_ids_of_a_device_begin_anywhere_where_none_is_known() {
    Set<Integer> first = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      Phone phone = harness.connect("phone" + i, 1);
      harness.arrive("phone" + i);
      harness.until(() -> phone.pushes().size() == 1);
      first.add(phone.pushes().getFirst().packetId());
    }

    assertThat(first).hasSizeGreaterThan(1);
    assertThat(first).allMatch(id -> id >= 1 && id <= 65_535);
  }

  @Test
  void a_stale_packet_id_after_a_clean_start_confirms_nothing() {
    Phone before = harness.connect("phone", 3);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(harness.arrive("phone"));
    }
    harness.until(() -> before.pushes().size() == 3);

    Phone after = harness.connect("phone", 1);
    harness.until(() -> after.pushes().size() == 1);
    // The id of the earlier session's last one, over both connections; here it is not in flight.
    int stale = before.pushes().getLast().packetId();
    after.session().confirmed(stale);
    before.session().confirmed(stale);
    before.session().confirmed(after.pushes().getFirst().packetId());
    harness.settle();

    assertThat(ids).allSatisfy(id -> assertThat(harness.receipt(id)).isNull());
    assertThat(after.pushes()).hasSize(1);
    assertThat(harness.low()).isZero();
  }

  /**
   * Clients that leave confirming to the application confirm over whichever connection there is.
   */
  @Test
  void what_was_confirmed_too_late_confirms_nothing_of_the_next_connection() {
    Phone before = harness.connect("phone", 3);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(harness.arrive("phone"));
    }
    harness.until(() -> before.pushes().size() == 3);
    before.confirm(before.pushes().getFirst());
    harness.until(() -> harness.low() == 1 && before.pushes().size() == 4);
    before.session().detached();
    harness.settle();
    Phone after = harness.connect("phone", 3);
    harness.until(() -> after.ids().equals(ids.subList(1, 4)));

    for (Phone.Push late : before.pushes()) {
      after.session().confirmed(late.packetId());
    }
    harness.settle();

    assertThat(after.pushes()).hasSize(3);
    assertThat(ids.subList(1, 6))
        .noneMatch(id -> {
          Receipt receipt = harness.receipt(id);
          return receipt != null && receipt.getOutcome() == Outcome.DELIVERED;
        });
  }

  @Test
  void a_retransmission_has_dup_and_comes_at_once_at_resume_without_a_timer() {
    Phone first = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> first.pushes().size() == 1);
    assertThat(first.pushes().getFirst().duplicate()).isFalse();

    // The clock stands still: a timer would never fire.
    first.session().detached();
    Phone second = harness.connect("phone", 10);
    harness.until(() -> second.ids().equals(List.of(id)));
    Phone third = harness.connect("phone", 10);
    harness.until(() -> third.ids().equals(List.of(id)));

    assertThat(second.pushes().getFirst().duplicate()).isTrue();
    assertThat(third.pushes().getFirst().duplicate()).isTrue();
  }

  @Test
  void nothing_is_sent_twice_in_one_session_however_long_it_takes() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.pushes().size() == 1);
    for (int i = 0; i < 5; i++) {
      harness.advance(PartitionHarness.PARK_AFTER.plus(Duration.ofSeconds(1)));
      harness.settle();
    }
    String next = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id, next)));

    phone.confirm(phone.pushes().getFirst());

    harness.until(() -> harness.receipt(id).getOutcome() == Outcome.DELIVERED);
    assertThat(phone.ids()).containsExactly(id, next);
  }

  @Test
  void a_displaced_connection_is_closed() {
    List<Phone> phones = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      phones.add(harness.connect("phone", 10));
    }
    harness.settle();

    assertThat(phones.subList(0, 4))
        .allSatisfy(phone -> assertThat(phone.closeReason()).isEqualTo(CloseReason.TAKEN_OVER));
    assertThat(phones.getLast().closeReason()).isNull();
    // Its end is no news: the one that is there stays.
    phones.getFirst().session().detached();
    String id = harness.arrive("phone");
    harness.until(() -> phones.getLast().ids().equals(List.of(id)));
  }

  @Test
  void what_is_no_entry_between_those_of_a_device_keeps_none_of_them_back() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(harness.arrive("phone"));
    }
    harness.settle();
    byte[] device = "phone".getBytes(StandardCharsets.UTF_8);
    byte[] behind = InboxKey.bytes(device, 0);
    harness.restore(Arrays.copyOf(behind, behind.length + 1), new byte[] {1});
    harness.restore(Arrays.copyOf(behind, behind.length + 3), new byte[0]);

    Phone phone = harness.connect("phone", 10);

    harness.until(() -> phone.ids().equals(ids));
  }

  @Test
  void a_record_of_the_inbox_without_a_key_stops_nobody() {
    harness.park(null, new byte[] {1});
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
  }
}
