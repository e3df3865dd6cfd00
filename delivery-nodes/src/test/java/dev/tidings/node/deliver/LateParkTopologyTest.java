package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replaced owner's last records come late: it has parked a notification that its successor has
 * read.
 *
 * <p>Shows G16 and G72 of docs/guarantees.md.
 */
class LateParkTopologyTest {
  @TempDir Path directory;

  private final FakeLog log = new FakeLog();
  private PartitionHarness before;
  private PartitionHarness now;
  private Phone phone;
  private String id;

  @BeforeEach
  void takeOver() {
    before = new PartitionHarness(directory.resolve("before"), log, PartitionHarness.RULES, NEVER);
    before.hold(record -> true);
    id = before.arrive("phone");
    before.pump();
    now = new PartitionHarness(directory.resolve("now"), log, PartitionHarness.RULES, NEVER);
    phone = now.connect("phone", 10);
    now.feedDeliveries();
    now.until(() -> phone.ids().equals(List.of(id)));
  }

  private static final int NEVER = PartitionHarness.NEVER;

  @AfterEach
  void stop() {
    before.close();
    now.close();
    log.close();
  }

  @Test
  void what_has_ended_by_then_is_not_sent_again() {
    phone.confirm(phone.pushes().getFirst());
    now.until(() -> now.low() == 1);
    assertThat(log.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
    int written = now.written().size();

    before.letGo();

    // The late receipt and the late entry, and its end.
    now.until(() -> now.written().size() == written + 3 && now.partition().parkedCount() == 0);
    Phone again = now.connect("phone", 10);
    now.pause();
    now.settle();
    assertThat(phone.ids()).containsExactly(id);
    assertThat(again.ids()).isEmpty();
  }

  @Test
  void what_is_in_flight_ends_there_too_when_it_is_confirmed() {
    before.letGo();
    now.until(() -> now.partition().parkedCount() == 1);

    phone.confirm(phone.pushes().getFirst());

    now.until(() -> now.low() == 1 && now.partition().parkedCount() == 0);
    Phone again = now.connect("phone", 10);
    now.pause();
    now.settle();
    assertThat(phone.ids()).containsExactly(id);
    assertThat(again.ids()).isEmpty();
    assertThat(log.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void what_is_in_flight_and_not_confirmed_is_parked_here_as_well_and_comes_again() {
    before.letGo();
    now.until(() -> now.partition().parkedCount() == 1);
    phone.session().detached();
    now.until(() -> now.low() == 1);
    assertThat(now.partition().parkedCount()).isEqualTo(1);

    Phone again = now.connect("phone", 10);
    now.until(() -> again.ids().equals(List.of(id)));
    again.confirm(again.pushes().getFirst());

    now.until(() -> now.partition().parkedCount() == 0);
    assertThat(log.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  /** One that waits for credit is parked here too, behind the copy; the device does not go. */
  @Test
  void what_waits_for_credit_and_is_parked_here_as_well_comes_in_its_place() {
    phone.confirm(phone.pushes().getFirst());
    now.until(() -> now.low() == 1);
    Phone slow = now.connect("phone", 1);
    String inFlight = now.arrive("phone");
    String waits = now.arrive("phone");
    now.until(() -> slow.ids().equals(List.of(inFlight)));
    before.feedDeliveries();
    before.pump();
    before.letGo();
    now.until(() -> now.partition().parkedCount() == 2);

    now.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
    now.until(() -> now.low() == 3);
    String next = now.arrive("phone");
    now.until(() -> {
      slow.pushes().forEach(slow::confirm);
      return slow.ids().size() >= 3;
    });

    assertThat(slow.ids()).containsExactly(inFlight, waits, next);
  }

  /** The copies that came and went were not to be sent, and count for nothing that is. */
  @Test
  void copies_that_have_gone_again_hide_nothing_that_is_parked_later() {
    phone.confirm(phone.pushes().getFirst());
    now.until(() -> now.low() == 1);
    Phone slow = now.connect("phone", 2);
    String first = now.arrive("phone");
    String second = now.arrive("phone");
    now.until(() -> slow.ids().equals(List.of(first, second)));
    before.feedDeliveries();
    before.pump();
    before.letGo();
    now.until(() -> now.partition().parkedCount() == 2);
    slow.pushes().forEach(slow::confirm);
    now.until(() -> now.low() == 3 && now.partition().parkedCount() == 0);

    List<String> sent = new ArrayList<>(slow.ids());
    for (int i = 0; i < 6; i++) {
      sent.add(now.arrive("phone"));
    }
    now.until(() -> slow.ids().size() == 4);
    now.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
    now.until(() -> now.low() == 9 && now.partition().parkedCount() == 6);
    // No tombstone comes back, after which what waits would be counted anew.
    now.hold(record -> true);
    now.until(() -> {
      slow.pushes().forEach(slow::confirm);
      return slow.ids().size() >= sent.size();
    });

    assertThat(slow.ids()).containsExactlyElementsOf(sent);
    now.letGo();
  }
}
