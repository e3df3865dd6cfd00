package dev.tidings.streams.broadcast;

import static dev.tidings.streams.broadcast.Fleet.APP;
import static dev.tidings.streams.broadcast.Fleet.broadcast;
import static dev.tidings.streams.broadcast.Fleet.device;
import static dev.tidings.streams.broadcast.Fleet.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.streams.cap.CapRule;
import java.nio.file.Path;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G210 of docs/guarantees.md for broadcasts. */
final class DailyCapBroadcastTopologyTest {
  private static final String GOALS = "'goals' in topics";
  private static final String MARKETING = "marketing";

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();
  private Fleet fleet;

  @BeforeEach
  void start() {
    fleet = new Fleet(directory, registry, Fleet.START);
    for (int i = 1; i <= 2; i++) {
      fleet.register(device(i));
      fleet.join(device(i), "goals");
    }
    fleet.caps =
        (app, category) ->
            app.equals(APP) && MARKETING.equals(category) ? new CapRule(1, ZoneId.of("UTC")) : null;
  }

  @AfterEach
  void stop() {
    fleet.close();
    registry.close();
  }

  private void send(NotificationId id, String category) {
    Broadcast broadcast = broadcast(id, GOALS);
    broadcast.getNotification().put("category", category);
    fleet.request(broadcast);
    fleet.ticks(20);
  }

  @Test
  void a_broadcast_of_a_capped_category_counts_for_each_of_its_subscribers() {
    send(id(1), MARKETING);
    assertThat(fleet.recipients()).containsExactlyInAnyOrder(device(1), device(2));
    assertThat(fleet.sent().getFirst().delivery().getCategory()).isEqualTo(MARKETING);
    assertThat(fleet.sent().getFirst().delivery().getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.RESOLVED);

    send(id(2), MARKETING);

    assertThat(fleet.recipients()).hasSize(2);
    assertThat(fleet.receipts())
        .extracting(Receipt::getOutcome)
        .containsExactly(Outcome.REJECTED, Outcome.REJECTED);
    assertThat(fleet.progress(id(2)).orElseThrow().getSent()).isEqualTo(2);
  }

  @Test
  void one_of_another_category_or_none_goes_to_all_at_once() {
    send(id(1), MARKETING);
    send(id(2), null);
    send(id(3), "news");

    assertThat(fleet.recipients()).hasSize(6);
    assertThat(fleet.receipts()).isEmpty();
  }
}
