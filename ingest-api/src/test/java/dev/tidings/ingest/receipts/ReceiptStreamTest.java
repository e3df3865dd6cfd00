package dev.tidings.ingest.receipts;

import static dev.tidings.ingest.receipts.FakeReceiptLog.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.ingest.receipts.ReceiptsBench.Client;
import dev.tidings.ingest.receipts.ReceiptsBench.Event;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.NotificationId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the clients of streams see of the log, whatever happens to it and to them.
 *
 * <p>Shows G108 and G122 of docs/guarantees.md.
 */
class ReceiptStreamTest {
  private final FakeReceiptLog log = new FakeReceiptLog(3);
  private ReceiptsBench node = new ReceiptsBench(log);

  @AfterEach
  void close() throws Exception {
    node.close();
    log.close();
  }

  private void replaceNode(ReceiptStreams.Bounds bounds) throws Exception {
    node.close();
    node = new ReceiptsBench(log, bounds);
  }

  private List<String> write(int count) {
    return IntStream.range(0, count)
        .mapToObj(each -> {
          String id = NotificationId.random().value();
          log.confirmed(each % 3, id);
          return id;
        })
        .toList();
  }

  /** A stream that has begun, at the end of the log. */
  private Client live() {
    Client client = node.open(APP, null, null);
    client.until(events -> !events.isEmpty());
    return client;
  }

  private static List<String> notifications(List<Event> events) {
    return events.stream().map(Event::notification).toList();
  }

  @Test
  void what_happens_from_now_on_is_told_as_it_happens_and_nothing_of_other_apps() {
    write(5);
    Client client = live();
    assertThat(client.text()).startsWith("retry: ").contains("\n\nevent: position\nid: ");

    String id = NotificationId.random().value();
    log.append(1, APP, id, Outcome.PENDING, StepName.PARKED);
    log.append(2, "com.example.mail", id, Outcome.DELIVERED, StepName.CONFIRMED);
    log.append(1, APP, id, Outcome.DELIVERED, StepName.CONFIRMED);

    List<Event> told = client.receipts(2);
    assertThat(told).extracting(Event::name).containsExactly("parked", "confirmed");
    assertThat(told.getFirst().data())
        .startsWith("{\"id\":\"" + id + "\",\"uniqueId\":\"")
        .contains("\"outcome\":\"pending\"", "\"app\":\"" + APP + "\"", "\"device\":\"phone\"")
        .contains("\"steps\":[{\"step\":\"accepted\"", "\"location\":{\"inbox\":\"node\"}");
    assertThat(told).doesNotHaveDuplicates().hasSize(2);
  }

  @Test
  void what_devices_tell_is_in_no_stream_since_nothing_says_there_whether_it_is_true() {
    Client client = live();
    List<String> written = write(3);
    log.reported(0, written.getFirst(), StepName.DISPLAYED);
    log.reported(1, NotificationId.random().value(), StepName.OPENED);
    List<String> later = write(3);

    Client late = node.open(APP, null, 0L);

    List<String> all = new ArrayList<>(written);
    all.addAll(later);
    assertThat(notifications(client.receipts(6))).containsExactlyInAnyOrderElementsOf(all);
    assertThat(notifications(late.receipts(6))).containsExactlyInAnyOrderElementsOf(all);
    assertThat(client.receipts(6)).extracting(Event::name).containsOnly("confirmed");
  }

  @Test
  void a_client_goes_on_from_any_event_at_another_node_and_misses_nothing() throws Exception {
    List<String> written = write(40);
    log.append(0, "com.example.mail", "x", Outcome.DELIVERED, StepName.CONFIRMED);
    List<Event> all = node.open(APP, null, 0L).receipts(40);
    assertThat(notifications(all)).containsExactlyInAnyOrderElementsOf(written);

    for (int cut = 0; cut < 40; cut += 7) {
      try (ReceiptsBench other = new ReceiptsBench(log)) {
        Client again = other.open(APP, all.get(cut).id(), null);
        List<String> rest = notifications(again.receipts(39 - cut));
        List<String> both = new ArrayList<>(notifications(all.subList(0, cut + 1)));
        both.addAll(rest);
        assertThat(both).containsExactlyInAnyOrderElementsOf(written);
      }
    }
  }

  @Test
  void between_what_was_missed_and_what_comes_now_nothing_is_lost_or_told_twice() {
    Client first = live();
    String position = first.events().getFirst().id();
    List<String> written = new ArrayList<>(write(900));
    Client second = node.open(APP, position, null);
    for (int i = 0; i < 20; i++) {
      written.addAll(write(30));
      second.turn();
    }

    assertThat(notifications(second.receipts(1_500))).containsExactlyInAnyOrderElementsOf(written);
    assertThat(first.receipts(1_500)).hasSize(1_500);
  }

  @Test
  void a_client_that_does_not_read_takes_no_memory_and_gets_everything_when_it_reads_again()
      throws Exception {
    replaceNode(new ReceiptStreams.Bounds(10, 5, 5, 2, 1, 512 * 1024));
    Client slow = live();
    Client quick = live();
    slow.reads = false;
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      written.addAll(write(100));
      slow.turn();
      quick.receipts(written.size());
      assertThat(node.streams.bytes()).isLessThanOrEqualTo(512 * 1024);
    }

    slow.reads = true;
    List<Event> told = slow.receipts(2_000);
    assertThat(notifications(told)).containsExactlyInAnyOrderElementsOf(written);
    assertThat(slow.named("gap")).isEmpty();
    assertThat(node.metrics.get("tidings.ingest.receipts.turns").counter().count()).isPositive();
  }

  @Test
  void with_hardly_any_memory_everything_is_told_all_the_same() throws Exception {
    replaceNode(new ReceiptStreams.Bounds(10, 5, 5, 1, 1, 1));
    Client client = live();
    List<String> written = write(60);

    assertThat(notifications(client.receipts(60))).containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void every_receipt_of_one_notification_comes_in_order_also_where_reading_changes_over() {
    Client first = live();
    String id = NotificationId.random().value();
    for (int i = 0; i < 300; i++) {
      log.append(1, APP, id, Outcome.PENDING, i % 2 == 0 ? StepName.SCHEDULED : StepName.PARKED);
    }
    Client second = node.open(APP, first.events().getFirst().id(), null);
    for (int i = 300; i < 600; i++) {
      log.append(1, APP, id, Outcome.PENDING, i % 2 == 0 ? StepName.SCHEDULED : StepName.PARKED);
    }

    List<Event> told = second.receipts(600);
    for (int i = 0; i < 600; i++) {
      assertThat(told.get(i).name()).isEqualTo(i % 2 == 0 ? "scheduled" : "parked");
    }
  }

  @Test
  void receipts_that_are_not_kept_any_more_are_a_gap_that_is_told() {
    write(30);
    List<Event> all = node.open(APP, null, 0L).receipts(30);
    Event early =
        all.stream()
            .filter(each -> Cursor.parse(each.id()).orElseThrow().next()[1] == 2)
            .findFirst()
            .orElseThrow();
    log.expire(1, 6);

    Client again = node.open(APP, early.id(), null);
    again.until(_ -> !again.named("gap").isEmpty());
    assertThat(again.named("gap").getFirst().data()).contains("\"reason\":\"expired\"");
    assertThat(Cursor.parse(again.named("gap").getFirst().id()).orElseThrow().next()[1])
        .isEqualTo(6);
  }

  @Test
  void offsets_without_a_record_are_no_gap() {
    write(12);
    List<Event> all = node.open(APP, null, 0L).receipts(12);
    log.compact(0, 2);
    log.compact(2, 3);

    Client again = node.open(APP, null, 0L);
    assertThat(again.receipts(10)).hasSize(10);
    assertThat(again.named("gap")).isEmpty();
    assertThat(Cursor.parse(all.getLast().id()).orElseThrow().next()).containsExactly(4, 4, 4);
  }

  @Test
  void a_topic_that_was_made_anew_is_told_from_its_beginning_and_that_it_was() {
    Client running = live();
    write(9);
    String old = running.receipts(9).getLast().id();

    log.makeAnew();
    List<String> anew = write(6);

    running.receipts(15);
    assertThat(notifications(running.receipts().subList(9, 15)))
        .containsExactlyInAnyOrderElementsOf(anew);
    assertThat(running.named("gap").getFirst().data()).contains("\"reason\":\"made-anew\"");
    Client resumed = node.open(APP, old, null);
    assertThat(notifications(resumed.receipts(6))).containsExactlyInAnyOrderElementsOf(anew);
    assertThat(resumed.events().getFirst().name()).isEqualTo("gap");
  }

  @Test
  void partitions_that_were_added_are_told_from_their_beginning() {
    Client running = live();
    write(3);
    String old = running.receipts(3).getLast().id();

    log.grow(5);
    String added = NotificationId.random().value();
    log.confirmed(4, added);

    assertThat(running.receipts(4).getLast().notification()).isEqualTo(added);
    assertThat(running.named("gap").getFirst().data()).contains("partitions-added");
    Client resumed = node.open(APP, old, null);
    assertThat(notifications(resumed.receipts(1))).containsExactly(added);
  }

  @Test
  void a_log_that_is_shorter_than_a_client_knew_it_is_a_gap_and_what_comes_then_is_told() {
    write(30);
    String end = node.open(APP, null, 0L).receipts(30).getLast().id();
    log.truncate(0, 4);

    Client again = node.open(APP, end, null);
    again.until(_ -> !again.named("gap").isEmpty());
    assertThat(again.named("gap").getFirst().data()).contains("\"reason\":\"truncated\"");
    String id = NotificationId.random().value();
    log.confirmed(0, id);
    assertThat(notifications(again.receipts(1))).containsExactly(id);
  }

  @Test
  void while_no_broker_answers_streams_stay_and_then_go_on_by_themselves() {
    Client client = live();
    log.away(true);
    Client other = node.open(APP, null, 0L);
    other.until(_ -> other.text().startsWith("retry: "));
    List<String> written = write(9);
    assertThat(client.receipts()).isEmpty();

    log.away(false);
    assertThat(notifications(client.receipts(9))).containsExactlyInAnyOrderElementsOf(written);
    assertThat(other.receipts(9)).hasSize(9);
    assertThat(client.ended).isFalse();
  }

  @Test
  void a_token_that_has_gone_is_an_event_of_its_own_and_neither_is_missed_by_a_cut_between() {
    Client client = live();
    String id = NotificationId.random().value();
    log.append(2, APP, id, Outcome.UNREGISTERED, StepName.UNREGISTERED);

    assertThat(client.receipts(1).getFirst().name()).isEqualTo("unregistered");
    Event gone = client.named("token-gone").getFirst();
    assertThat(gone.data())
        .contains("\"token\":\"" + FakeReceiptLog.TOKEN + "\"", "\"app\":\"" + APP + "\"");
    Client again = node.open(APP, gone.id(), null);
    assertThat(again.receipts(1).getFirst().notification()).isEqualTo(id);
    assertThat(again.named("token-gone")).hasSize(1);
  }

  @Test
  void a_credential_that_is_revoked_ends_its_stream_within_a_second() {
    AtomicReference<ProviderDecision> standing =
        new AtomicReference<>(
            new ProviderDecision.Accepted(
                new ProviderIdentity("team", Apps.where(APP::equals), true, "key")));
    Client client = node.open(APP, standing::get);
    client.until(events -> !events.isEmpty());
    long begun = System.nanoTime();
    standing.set(
        new ProviderDecision.Refused(ProviderDecision.Reason.INVALID, "not a key (expected: one)"));
    log.confirmed(0, NotificationId.random().value());

    client.until(_ -> client.ended);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    assertThat(client.events().getLast().name()).isEqualTo("end");
    assertThat(client.events().getLast().data()).contains("\"status\":401");
    assertThat(node.streams.count()).isZero();
  }

  @Test
  void an_app_that_goes_to_another_team_ends_the_stream() {
    Set<String> apps = new HashSet<>(Set.of(APP));
    ProviderIdentity team = new ProviderIdentity("team", Apps.where(apps::contains), true, "key");
    Client client = node.open(APP, () -> new ProviderDecision.Accepted(team));
    client.until(events -> !events.isEmpty());
    apps.clear();

    client.until(_ -> client.ended);
    assertThat(client.events().getLast().data()).contains("\"status\":403");
  }

  @Test
  void when_the_service_stops_a_stream_ends_with_a_position_at_which_it_goes_on() throws Exception {
    Client client = live();
    List<String> written = new ArrayList<>(write(5));
    client.receipts(5);
    client.stream.draining(client);
    written.addAll(write(5));

    Event end = client.events().getLast();
    assertThat(end.name()).isEqualTo("end");
    assertThat(client.ended).isTrue();
    assertThat(node.streams.count()).isZero();
    replaceNode(ReceiptsBench.BOUNDS);
    assertThat(notifications(node.open(APP, end.id(), null).receipts(5)))
        .containsExactlyInAnyOrderElementsOf(written.subList(5, 10));
  }

  @Test
  void a_client_that_reads_slowly_is_told_the_end_too_and_where_it_goes_on() throws Exception {
    Client client = live();
    List<String> written = write(500);
    client.room = 3;
    client.until(_ -> client.room == 0);
    int told = client.receipts().size();
    assertThat(told).isBetween(1, 499);

    client.stream.draining(client);

    Event end = client.events().getLast();
    assertThat(end.name()).isEqualTo("end");
    assertThat(end.data()).contains("\"status\":503");
    assertThat(client.ended).isTrue();
    List<String> all = new ArrayList<>(notifications(client.receipts()));
    all.addAll(notifications(node.open(APP, end.id(), null).receipts(500 - all.size())));
    assertThat(all).containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void a_quiet_stream_has_heartbeats_and_its_position_does_not_grow_old() {
    Client client = live();
    node.nanos.addAndGet(Duration.ofSeconds(16).toNanos());
    client.until(_ -> client.text().endsWith("\n\n:\n\n"));

    for (int i = 0; i < 3; i++) {
      log.append(i, "com.example.mail", "other-" + i, Outcome.DELIVERED, StepName.CONFIRMED);
    }
    client.until(_ -> {
      node.nanos.addAndGet(Duration.ofSeconds(16).toNanos());
      return Cursor.parse(client.events().getLast().id()).orElseThrow().next()[2] == 1;
    });
    assertThat(client.events().getLast().name()).isEqualTo("position");
    assertThat(client.receipts()).isEmpty();
  }

  @Test
  void there_are_as_many_streams_as_there_are_places_and_one_that_ends_leaves_its_place() {
    List<Client> open = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      open.add(node.open(new StreamRequest(APP, "team", i, null, null, null)));
    }
    StreamRequest more = new StreamRequest(APP, "team", 9, null, null, null);
    assertThat(node.streams.open(more))
        .isEqualTo(new ReceiptStreams.Opening.Refused(StreamPlaces.Full.TEAM));
    for (int i = 0; i < 5; i++) {
      open.add(node.open(new StreamRequest(APP, "team-" + i, 30, null, null, null)));
    }
    open.removeLast().stream.cancelled();
    open.add(node.open(new StreamRequest(APP, "team-4", 30, null, null, null)));
    assertThat(node.streams.open(new StreamRequest(APP, "other", 20, null, null, null)))
        .isEqualTo(new ReceiptStreams.Opening.Refused(StreamPlaces.Full.PROCESS));

    open.forEach(each -> each.stream.cancelled());
    open.forEach(each -> each.stream.cancelled());
    assertThat(node.streams.count()).isZero();
    assertThat(node.streams.bytes()).isZero();
    assertThat(node.streams.open(more)).isInstanceOf(ReceiptStreams.Opening.Opened.class);
  }
}
