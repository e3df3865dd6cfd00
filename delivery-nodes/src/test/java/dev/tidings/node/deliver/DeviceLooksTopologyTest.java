package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.node.look.DeviceLook;
import dev.tidings.node.look.Owed;
import dev.tidings.schemas.value.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is told of a device is what it has.
 *
 * <p>Shows G170 of docs/guarantees.md.
 */
class DeviceLooksTopologyTest {
  private static final Predicate<String> ALL = app -> true;

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

  private DeviceLook look(Predicate<String> apps, long after, int limit) {
    return harness
        .partition()
        .looks
        .look(new DeviceId("phone"), apps, after, limit)
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private static List<String> ids(DeviceLook look) {
    return look.owed().stream().map(Owed::id).toList();
  }

  private String arrive(String app) {
    return harness.arrive("phone", delivery -> delivery.setApp(app));
  }

  @Test
  void a_device_that_has_nothing_has_nothing() {
    assertThat(look(ALL, -1, 10)).isEqualTo(new DeviceLook(null, List.of(), null));
  }

  @Test
  void what_is_in_flight_and_what_waits_hot_or_parked_is_told_in_order() {
    List<String> sent = new ArrayList<>();
    sent.add(harness.arrive("phone"));
    sent.add(harness.arrive("phone"));
    harness.settle();
    Phone phone = harness.connect("phone", 2);
    harness.until(() -> phone.pushes().size() == 2);
    sent.add(harness.arrive("phone"));
    sent.add(harness.arrive("phone"));

    harness.until(() -> ids(look(ALL, -1, 10)).equals(sent));
    DeviceLook look = look(ALL, -1, 10);
    assertThat(look.owed()).extracting(Owed::inFlight).containsExactly(true, true, false, false);
    assertThat(look.next()).isNull();
    assertThat(look.connection().filters()).containsExactly("tidings/#");
    assertThat(look.connection().link().protocol()).isEqualTo("MQTT 5");
    assertThat(look.owed()).allSatisfy(owed -> assertThat(owed.payloadBytes()).isPositive());

    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> ids(look(ALL, -1, 10)).equals(sent.subList(1, 4)));
  }

  @Test
  void nothing_changes_by_looking() {
    String parked = harness.arrive("phone");
    harness.settle();
    for (int i = 0; i < 3; i++) {
      assertThat(ids(look(ALL, -1, 10))).containsExactly(parked);
    }
    Phone phone = harness.connect("phone", 10);
    harness.until(() -> phone.ids().equals(List.of(parked)));
    assertThat(phone.pushes().getFirst().duplicate()).isFalse();
  }

  @Test
  void of_other_apps_nothing_is_told() {
    arrive("com.mail");
    String news = arrive("com.news");
    harness.settle();
    String live = arrive("com.news");
    arrive("com.mail");

    harness.until(() -> ids(look("com.news"::equals, -1, 10)).equals(List.of(news, live)));
  }

  /** Otherwise the page behind theirs would tell that there is something of others. */
  @Test
  void however_much_others_have_there_it_is_read_past_them_to_what_is_the_teams() {
    for (int i = 0; i < 600; i++) {
      arrive("com.other");
      if (i % 50 == 0) {
        harness.settle();
      }
    }
    harness.settle();
    assertThat(look("com.mine"::equals, -1, 1)).isEqualTo(new DeviceLook(null, List.of(), null));

    String mine = arrive("com.mine");
    harness.settle();
    assertThat(ids(look("com.mine"::equals, -1, 1))).containsExactly(mine);
  }

  @Test
  void page_by_page_there_is_each_one_once_and_in_order() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      all.add(harness.arrive("phone"));
    }
    harness.settle();
    for (int i = 0; i < 4; i++) {
      all.add(harness.arrive("phone"));
    }
    harness.until(() -> ids(look(ALL, -1, 100)).equals(all));

    List<String> found = new ArrayList<>();
    long after = -1;
    for (int pages = 0; pages < 20; pages++) {
      DeviceLook page = look(ALL, after, 3);
      assertThat(page.owed()).hasSizeLessThanOrEqualTo(3);
      found.addAll(ids(page));
      if (page.next() == null) {
        break;
      }
      after = page.next();
    }
    assertThat(found).isEqualTo(all);
  }

  @Test
  void what_has_expired_or_was_revoked_waits_no_more() {
    harness.arrive("phone", harness.now() + 1_000);
    String revoked = harness.arrive("phone", delivery -> delivery.setToken("ab".repeat(32)));
    String kept = harness.arrive("phone");
    harness.settle();
    harness.until(() -> look(ALL, -1, 10).owed().size() == 3);
    assertThat(look(ALL, -1, 10).owed().getFirst().expiresAt()).isEqualTo(harness.now() + 1_000);

    harness.advance(Duration.ofSeconds(2));
    harness.revoke("ab".repeat(32));
    harness.until(() -> ids(look(ALL, -1, 10)).equals(List.of(kept)));
    assertThat(revoked).isNotEqualTo(kept);
  }

  @Test
  void a_partition_that_is_in_doubt_or_given_back_tells_nothing() {
    harness.arrive("phone");
    harness.settle();
    harness.partition().doubt(true);
    assertThatThrownBy(
            () -> harness.partition().looks.look(new DeviceId("phone"), ALL, -1, 10).get())
        .isInstanceOf(ExecutionException.class);
    harness.partition().doubt(false);
    assertThat(look(ALL, -1, 10).owed()).hasSize(1);

    harness.partition().close().join();
    assertThatThrownBy(
            () -> harness.partition().looks.look(new DeviceId("phone"), ALL, -1, 10).get())
        .isInstanceOf(ExecutionException.class);
  }
}
