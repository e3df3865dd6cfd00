package dev.tidings.node.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.deliver.Phone;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceSessionTest {
  private static final ParkedHeader LABEL =
      new ParkedHeader(100, Long.MAX_VALUE, CollapseKeys.NONE, null, null, null);

  private final ParkedRange parked = new ParkedRange();
  private final DeviceInbox inbox = new DeviceInbox(new DeviceId("phone"), parked);

  private DeviceSession session(long... sequences) {
    for (long sequence : sequences) {
      parked.add(sequence, LABEL);
    }
    DeviceSession session = new DeviceSession(null, inbox, new Phone(), 10, 0);
    session.subscribe(Subscriptions.of(List.of("tidings/#")));
    return session;
  }

  private static void gone(DeviceSession session, long sequence) {
    session.inbox().remove(sequence, LABEL);
    session.removed(sequence);
  }

  @Test
  void an_entry_that_goes_while_the_page_it_is_in_is_read_is_not_counted_twice() {
    DeviceSession session = session(1, 20, 25, 37);
    session.beginRead();
    gone(session, 1);
    assertThat(session.endRead(1, 1)).containsExactly(1L);
    // Fewer than the three that stand would have 20 or 25 passed over.
    assertThat(session.remaining()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void what_has_been_read_and_what_has_gone_beyond_the_cursor_remains_no_longer() {
    DeviceSession session = session(1, 20, 25, 37);
    session.beginRead();
    session.endRead(1, 1);
    assertThat(session.remaining()).isEqualTo(3);
    gone(session, 25);
    assertThat(session.remaining()).isEqualTo(2);
  }

  @Test
  void an_entry_that_stands_behind_the_cursor_is_gone_back_for() {
    DeviceSession session = session(1, 37);
    session.beginRead();
    session.endRead(37, 2);
    assertThat(session.hasBacklog()).isFalse();
    parked.add(20, LABEL);
    session.stored(20, false);
    assertThat(session.hasBacklog()).isTrue();
    assertThat(session.cursor()).isLessThan(20);
  }

  @Test
  void an_entry_that_comes_while_what_is_around_it_is_read_is_gone_back_for() {
    DeviceSession session = session(1, 37);
    session.beginRead();
    parked.add(20, LABEL);
    session.stored(20, false);
    session.endRead(37, 2);
    assertThat(session.hasBacklog()).isTrue();
    assertThat(session.cursor()).isLessThan(20);
  }

  @Test
  void copies_of_what_is_hot_that_come_and_go_leave_the_count_as_it_was() {
    DeviceSession session = session();
    parked.add(1, LABEL);
    session.storedCopy(1);
    parked.add(2, LABEL);
    session.storedCopy(2);
    gone(session, 1);
    gone(session, 2);
    for (long sequence = 3; sequence < 6; sequence++) {
      parked.add(sequence, LABEL);
      session.stored(sequence, false);
    }
    assertThat(session.remaining()).isEqualTo(3);
  }

  @Test
  void collapse_keys_of_what_has_been_sent_are_not_kept_while_others_always_wait() {
    for (int number = 0; number < 2; number++) {
      inbox.addOpen(entry(number), number);
    }
    for (int number = 2; number < 10_000; number++) {
      assertThat(inbox.addOpen(entry(number), number)).isNull();
      assertThat(inbox.pollOpen()).isNotNull().satisfies(sent -> sent.sent(0));
      assertThat(inbox.openCount()).isEqualTo(2);
      assertThat(inbox.collapseKeys()).isLessThanOrEqualTo(64 + 16);
    }
    Entry waiting = inbox.open().getFirst();
    assertThat(inbox.addOpen(entry(10_000), waiting.sequence())).isSameAs(waiting);
  }

  private static Entry entry(long sequence) {
    return new Entry(sequence, new DeviceId("phone"), new Delivery(), 1, 0);
  }
}
