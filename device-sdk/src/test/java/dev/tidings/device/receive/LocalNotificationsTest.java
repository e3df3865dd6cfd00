package dev.tidings.device.receive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class LocalNotificationsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final String APP = "com.example";

  private final List<ReceivedNotification> shown = new CopyOnWriteArrayList<>();
  private final LocalNotifications local =
      new LocalNotifications(shown::add, Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void one_is_shown_at_its_time_and_is_marked() {
    Clock clock = Clock.systemUTC();
    LocalNotifications now = new LocalNotifications(shown::add, clock);
    Instant at = clock.instant().plusMillis(50);
    now.schedule("tea", APP, "{}".getBytes(UTF_8), at);

    await().until(() -> !shown.isEmpty());
    assertThat(clock.instant()).isAfterOrEqualTo(at);
    assertThat(shown.get(0).id()).isEqualTo("tea");
    assertThat(shown.get(0).isLocal()).isTrue();
    assertThat(now.waiting()).isEmpty();
  }

  @Test
  void one_of_a_time_that_never_comes_waits_and_can_be_cancelled() {
    local.schedule("never", APP, new byte[0], Instant.MAX);

    assertThat(local.waiting()).containsExactly("never");
    assertThat(local.cancel("never")).isTrue();
    assertThat(shown).isEmpty();
  }

  @Test
  void one_whose_time_is_past_is_shown_at_once() {
    local.schedule("late", APP, new byte[0], NOW.minusSeconds(60));

    await().until(() -> shown.size() == 1);
  }

  @Test
  void one_that_is_cancelled_or_replaced_is_not_shown() {
    local.schedule("a", APP, new byte[0], NOW.plusSeconds(600));
    local.schedule("b", APP, new byte[0], NOW.plusSeconds(600));
    assertThat(local.waiting()).containsExactly("a", "b");

    assertThat(local.cancel("a")).isTrue();
    assertThat(local.cancel("a")).isFalse();
    local.schedule("b", APP, "new".getBytes(UTF_8), NOW);

    await().until(() -> shown.size() == 1);
    assertThat(shown.get(0).payload()).asString(UTF_8).isEqualTo("new");
    assertThat(local.waiting()).isEmpty();
  }

  @Test
  void no_more_wait_than_may_and_none_after_the_end() {
    for (int i = 0; i < LocalNotifications.MOST; i++) {
      local.schedule("n" + i, APP, new byte[0], NOW.plusSeconds(600));
    }
    assertThatThrownBy(() -> local.schedule("more", APP, new byte[0], NOW.plusSeconds(600)))
        .hasMessage("local notifications: 64 wait (expected: < 64)");
    // In place of one that waits.
    local.schedule("n1", APP, new byte[0], NOW.plusSeconds(600));

    local.close();

    assertThat(local.waiting()).isEmpty();
    assertThatThrownBy(() -> local.schedule("a", APP, new byte[0], NOW))
        .hasMessage("local notifications: closed");
  }
}
