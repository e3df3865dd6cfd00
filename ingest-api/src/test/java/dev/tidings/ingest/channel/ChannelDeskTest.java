package dev.tidings.ingest.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.ChannelId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How many channels there may be.
 *
 * <p>Shows G154 of docs/guarantees.md.
 */
class ChannelDeskTest {
  private static final AppId APP = new AppId("com.example.news");
  private static final AppId OTHER = new AppId("com.example.mail");

  private final InMemoryChannels log = new InMemoryChannels();
  private final List<ChannelId> ids = new ArrayList<>();
  private long now;

  private ChannelDesk desk(ChannelDesk.Limits limits) {
    return new ChannelDesk(log, app -> Optional.of("TEAM000001"), limits, () -> now);
  }

  private ChannelResult create(ChannelDesk desk, AppId app, @Nullable String team) {
    List<ChannelResult> told = new ArrayList<>();
    desk.create(
        app,
        true,
        team,
        (id, result) -> {
          ids.add(id);
          told.add(result);
        });
    assertThat(told).hasSize(1);
    return told.getFirst();
  }

  @Test
  void an_app_has_as_many_as_it_may_and_another_one_when_one_is_deleted() {
    ChannelDesk desk = desk(new ChannelDesk.Limits(3, 100, 1_000));
    for (int i = 0; i < 3; i++) {
      assertThat(create(desk, APP, null)).isEqualTo(new ChannelResult.Done());
    }
    assertThat(create(desk, APP, null)).isEqualTo(new ChannelResult.TooMany());
    assertThat(create(desk, OTHER, null)).isEqualTo(new ChannelResult.Done());

    desk.delete(new ChannelKey(APP, ids.getFirst()), _ -> {});
    assertThat(create(desk, APP, null)).isEqualTo(new ChannelResult.Done());
    assertThat(log.ids(APP.value())).hasSize(3).doesNotContain(ids.getFirst().value());
    assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
    assertThat(desk.created()).isEqualTo(5);
    assertThat(desk.deleted()).isEqualTo(1);
  }

  @Test
  void those_that_are_being_written_count_and_those_that_were_not_written_do_not() {
    ChannelDesk desk = desk(new ChannelDesk.Limits(2, 100, 1_000));
    log.crowded = true;
    assertThat(create(desk, APP, null)).isEqualTo(new ChannelResult.Done());
    log.crowded = false;
    log.readable = false;
    desk.create(APP, true, null, (_, _) -> {});
    desk.create(APP, true, null, (_, _) -> {});
    assertThat(create(desk, APP, null)).isEqualTo(new ChannelResult.TooMany());

    ChannelDesk another = desk(new ChannelDesk.Limits(1, 100, 1_000));
    log.fault = new ChannelResult.NotWritten();
    assertThat(create(another, OTHER, null)).isEqualTo(new ChannelResult.NotWritten());
    log.fault = null;
    log.readable = true;
    assertThat(create(another, OTHER, null)).isEqualTo(new ChannelResult.Done());
  }

  @Test
  void a_team_with_many_apps_leaves_room_for_others() {
    ChannelDesk desk = desk(new ChannelDesk.Limits(2, 16, 1_000));
    for (int i = 0; i < 4; i++) {
      assertThat(create(desk, new AppId("a.b" + i), "TEAM000001"))
          .isEqualTo(new ChannelResult.Done());
    }
    assertThat(create(desk, APP, "TEAM000001")).isEqualTo(new ChannelResult.TooMany());
    assertThat(create(desk, APP, "TEAM000002")).isEqualTo(new ChannelResult.Done());
  }

  @Test
  void all_have_no_more_than_there_may_be() {
    ChannelDesk desk = desk(new ChannelDesk.Limits(10, 2, 1_000));
    assertThat(create(desk, APP, null)).isEqualTo(new ChannelResult.Done());
    assertThat(create(desk, OTHER, null)).isEqualTo(new ChannelResult.Done());
    assertThat(create(desk, OTHER, null)).isEqualTo(new ChannelResult.TooMany());
  }

  @Test
  void a_team_creates_as_many_a_minute_as_it_may() {
    ChannelDesk desk = desk(new ChannelDesk.Limits(100, 100, 2));
    assertThat(create(desk, APP, "TEAM000001")).isEqualTo(new ChannelResult.Done());
    assertThat(create(desk, APP, "TEAM000001")).isEqualTo(new ChannelResult.Done());
    assertThat(create(desk, APP, "TEAM000001"))
        .isEqualTo(new ChannelResult.TooFast(30_000_000_000L));
    assertThat(create(desk, APP, "TEAM000002")).isEqualTo(new ChannelResult.Done());
    now += 30_000_000_000L;
    assertThat(create(desk, APP, "TEAM000001")).isEqualTo(new ChannelResult.Done());
  }

  @Test
  void nothing_is_created_before_it_is_known_what_there_is() {
    log.known = false;
    assertThat(create(desk(new ChannelDesk.Limits(1, 1, 1)), APP, null))
        .isEqualTo(new ChannelResult.Unready());
  }
}
