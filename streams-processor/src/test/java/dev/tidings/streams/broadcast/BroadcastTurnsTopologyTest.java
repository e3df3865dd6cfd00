package dev.tidings.streams.broadcast;

import static dev.tidings.streams.broadcast.Fleet.APP;
import static dev.tidings.streams.broadcast.Fleet.ID;
import static dev.tidings.streams.broadcast.Fleet.broadcast;
import static dev.tidings.streams.broadcast.Fleet.device;
import static dev.tidings.streams.broadcast.Fleet.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What many broadcasts at a time do to one another.
 *
 * <p>Shows G132 of docs/guarantees.md.
 */
final class BroadcastTurnsTopologyTest {
  private static final String GOALS = "'goals' in topics";
  private static final AppId MAIL = new AppId("com.example.mail");

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();
  private Fleet fleet;

  @BeforeEach
  void start() {
    fleet = new Fleet(directory.resolve("first"), registry, Fleet.START);
  }

  @AfterEach
  void stop() {
    fleet.close();
    registry.close();
  }

  private static Broadcast over(NotificationId id, AppId app, Duration time) {
    Broadcast broadcast = broadcast(id, app, GOALS);
    broadcast.put("spreadMillis", time.toMillis());
    return broadcast;
  }

  private String ending(NotificationId id) {
    return fleet.progress(id).map(Broadcast::getEnding).orElse(null);
  }

  @Test
  void many_that_are_spread_over_days_hold_up_no_other() {
    for (int i = 0; i < 4; i++) {
      fleet.join(device(i), "goals");
    }
    for (int app = 0; app < 6; app++) {
      AppId spread = new AppId("com.example.spread" + app);
      fleet.join(device(10), spread, "goals");
      for (int i = 0; i < 25; i++) {
        fleet.request(over(id(100 * app + i + 10), spread, Duration.ofDays(3)));
      }
    }
    fleet.ticks(40);
    fleet.sent().clear();

    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(40);

    assertThat(fleet.recipients())
        .containsExactlyInAnyOrder(device(0), device(1), device(2), device(3));
    assertThat(ending(ID)).isEqualTo("completed");
    assertThat(fleet.counted("tidings.streams.broadcasts.yielded")).isPositive();
  }

  @Test
  void one_that_gave_up_its_place_goes_on_from_where_it_was() {
    for (int i = 0; i < 10; i++) {
      fleet.join(device(i), "goals");
    }
    int count = Running.MOST_OF_APP + 5;
    for (int i = 0; i < count; i++) {
      fleet.request(over(id(i + 1), APP, Duration.ofSeconds(40)));
    }
    fleet.ticks(1_000);

    for (int i = 0; i < count; i++) {
      String id = id(i + 1).value();
      List<DeviceId> to =
          fleet.sent().stream()
              .filter(sent -> sent.delivery().getId().equals(id))
              .map(Fleet.Sent::device)
              .toList();
      assertThat(to).as(id).hasSize(10).doesNotHaveDuplicates();
      assertThat(ending(id(i + 1))).isEqualTo("completed");
    }
  }

  @Test
  void an_app_that_sends_much_leaves_places_to_others() {
    for (int i = 0; i < 500; i++) {
      fleet.join(device(i), "goals");
    }
    fleet.join(device(600), MAIL, "goals");
    for (int i = 0; i < 60; i++) {
      fleet.request(broadcast(id(i + 10), GOALS));
    }
    fleet.ticks(10);
    fleet.request(broadcast(ID, MAIL, GOALS));
    fleet.ticks(20);

    assertThat(fleet.recipients()).contains(device(600));
    assertThat(ending(ID)).isEqualTo("completed");
  }

  @Test
  void one_that_is_long_gives_its_place_to_those_that_wait_and_all_are_sent_whole() {
    int devices = 1_500;
    for (int i = 0; i < devices; i++) {
      fleet.join(device(i), "goals");
    }
    fleet.join(device(0), "scores");
    // 1,000 a second for all: each of them takes 30 s.
    for (int i = 0; i < Running.MOST_OF_APP; i++) {
      fleet.request(broadcast(id(i + 10), GOALS));
    }
    fleet.ticks(20);
    fleet.request(broadcast(ID, "'scores' in topics"));
    fleet.ticks(240);
    assertThat(ending(ID)).isEqualTo("completed");

    fleet.ticks(500);
    Set<String> all = new HashSet<>();
    fleet.sent().forEach(sent -> all.add(sent.delivery().getId() + sent.device()));
    assertThat(fleet.sent()).hasSize(devices * Running.MOST_OF_APP + 1);
    assertThat(all).hasSize(devices * Running.MOST_OF_APP + 1);
  }

  @Test
  void one_that_waits_for_a_place_is_stopped_at_once() {
    for (int i = 0; i < 500; i++) {
      fleet.join(device(i), "goals");
    }
    for (int i = 0; i < Running.MOST_OF_APP + 1; i++) {
      fleet.request(broadcast(id(i + 10), GOALS));
    }
    NotificationId last = id(Running.MOST_OF_APP + 10);
    fleet.ticks(5);
    assertThat(fleet.progress(last)).isEmpty();
    fleet.stop(last);
    fleet.ticks(3);

    assertThat(ending(last)).isEqualTo("stopped");
    assertThat(ending(id(10))).isNull();
    fleet.ticks(300);
    assertThat(fleet.sent()).hasSize(500 * Running.MOST_OF_APP);
  }

  @Test
  void nobody_stops_a_broadcast_in_the_name_of_another_app() {
    for (int i = 0; i < 200; i++) {
      fleet.join(device(i), "goals");
    }
    Broadcast later = broadcast(id(2), GOALS);
    later.getNotification().put("deliverAt", Fleet.START.plusSeconds(60).toEpochMilli());
    fleet.request(broadcast(ID, GOALS));
    fleet.request(later);
    fleet.ticks(3);
    fleet.stop(ID, MAIL);
    fleet.stop(id(2), MAIL);
    fleet.ticks(40);
    assertThat(ending(ID)).isEqualTo("completed");
    assertThat(ending(id(2))).isNull();

    fleet.pass(Duration.ofMinutes(1));
    fleet.ticks(40);
    assertThat(ending(id(2))).isEqualTo("completed");
    assertThat(fleet.sent()).hasSize(400);
  }

  @Test
  void one_app_cannot_have_all_that_may_wait_and_is_told_which_were_not_taken() {
    int most = Backlog.MOST_OF_APP;
    for (int i = 0; i <= most; i++) {
      Broadcast later = broadcast(id(i + 10), GOALS);
      later.getNotification().put("deliverAt", Fleet.START.plusSeconds(60).toEpochMilli());
      fleet.request(later);
    }
    assertThat(fleet.deadLetters()).isEqualTo(1);
    assertThat(fleet.counted("tidings.streams.broadcasts.refused")).isEqualTo(1);
    assertThat(ending(id(most + 10))).isEqualTo("rejected");
    fleet.join(device(1), MAIL, "goals");
    fleet.request(broadcast(ID, MAIL, GOALS));
    fleet.ticks(20);
    assertThat(fleet.recipients()).containsExactly(device(1));
  }

  @Test
  void whoever_takes_over_shares_the_places_out_anew() {
    for (int i = 0; i < 4; i++) {
      fleet.join(device(i), "goals");
    }
    for (int i = 0; i < Running.MOST_OF_APP + 5; i++) {
      fleet.request(over(id(i + 10), APP, Duration.ofDays(1)));
    }
    fleet.ticks(20);
    try (Fleet next = new Fleet(directory.resolve("next"), registry, fleet.now())) {
      IntStream.range(0, 4).forEach(i -> next.join(device(i), "goals"));
      next.read(fleet.broadcastLog);
      next.ticks(40);
      next.sent().clear();
      next.request(broadcast(ID, GOALS));
      next.ticks(40);
      assertThat(next.recipients()).hasSize(4);
    }
  }
}
