package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.avro.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device gets what it has subscribed to, and nothing else; the rest waits.
 *
 * <p>Shows G19 of docs/guarantees.md.
 */
class SubscriptionsTopologyTest {
  private static final String NEWS = "tidings/com.news/#";
  private static final String MAIL = "tidings/com.mail/+";
  private static final String ALL = "tidings/#";
  private static final String[] NOTHING = {};

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
  void nothing_is_pushed_before_the_device_has_subscribed() {
    String parked = arrive("com.news");
    harness.settle();
    Phone phone = harness.connect("phone", 10, NOTHING);
    String live = arrive("com.news");
    harness.settle();
    harness.settle();
    assertThat(phone.ids()).isEmpty();
    assertThat(harness.receipt(live).getOutcome()).isEqualTo(Outcome.PENDING);

    subscribe(phone, ALL);
    harness.until(() -> phone.ids().equals(List.of(parked, live)));
  }

  @Test
  void an_app_that_a_device_may_not_receive_waits_until_it_may_and_then_comes_in_order() {
    Subscriptions all = Subscriptions.of(List.of(ALL));
    Phone phone = harness.connect("phone", 10, NOTHING);
    phone.session().subscribed(all.within(Apps.of(Set.of("com.mail"))), () -> {});
    String parked = arrive("com.news");
    String mail = arrive("com.mail");
    String live = arrive("com.news");
    harness.until(() -> phone.ids().equals(List.of(mail)));
    harness.settle();
    harness.settle();
    assertThat(phone.ids()).containsExactly(mail);
    phone.confirm(phone.pushes().getFirst());

    phone.session().subscribed(all.within(Apps.of(Set.of("com.mail", "com.news"))), () -> {});
    String last = arrive("com.news");
    harness.until(() -> phone.ids().equals(List.of(mail, parked, live, last)));
  }

  @Test
  void what_is_newly_subscribed_comes_behind_the_answer() {
    arrive("com.news");
    harness.settle();
    Phone phone = harness.connect("phone", 10, NOTHING);
    List<Integer> pushedAtAnswer = Collections.synchronizedList(new ArrayList<>());
    phone
        .session()
        .subscribed(
            Subscriptions.of(List.of(ALL)), () -> pushedAtAnswer.add(phone.pushes().size()));
    harness.until(() -> phone.pushes().size() == 1);
    assertThat(pushedAtAnswer).containsExactly(0);
  }

  @Test
  void what_was_in_flight_over_a_displaced_connection_waits_for_the_next_subscription() {
    Phone first = harness.connect("phone", 10);
    String one = arrive("com.news");
    String two = arrive("com.news");
    harness.until(() -> first.pushes().size() == 2);

    Phone second = harness.connect("phone", 10, NOTHING);
    String three = arrive("com.news");
    harness.settle();
    assertThat(second.ids()).isEmpty();

    subscribe(second, ALL);
    harness.until(() -> second.ids().equals(List.of(one, two, three)));
    assertThat(second.pushes()).extracting(Phone.Push::duplicate).startsWith(true, true);
  }

  @Test
  void other_apps_notifications_wait_and_are_in_nobodys_way() {
    List<String> mail = new ArrayList<>();
    List<String> news = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      mail.add(arrive("com.mail"));
      news.add(arrive("com.news"));
    }
    harness.settle();
    Phone phone = harness.connect("phone", 3, NEWS);
    confirmAll(phone, 5);
    assertThat(phone.ids()).isEqualTo(news);

    mail.add(arrive("com.mail"));
    harness.settle();
    String hot = arrive("com.news");
    mail.add(arrive("com.mail"));
    harness.until(() -> phone.ids().contains(hot));
    assertThat(harness.receipt(hot)).as("went straight to the device, not parked").isNull();
    phone.confirm(phone.pushes().getLast());

    subscribe(phone, NEWS, MAIL);
    confirmAll(phone, 13);
    assertThat(phone.ids().subList(6, 13)).isEqualTo(mail);
  }

  @ParameterizedTest
  @ValueSource(strings = {ALL, "tidings/+/#", "tidings/+/+"})
  void who_has_subscribed_to_all_gets_all_in_order(String filter) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(arrive(i % 2 == 0 ? "com.mail" : "com.news"));
    }
    harness.settle();
    Phone phone = harness.connect("phone", 2, filter);
    confirmAll(phone, 6);
    assertThat(phone.ids()).isEqualTo(all);
  }

  @Test
  void unsubscribing_ends_the_flow_and_subscribing_again_goes_on_where_it_ended() {
    Phone phone = harness.connect("phone", 2, ALL);
    String first = arrive("com.news");
    String second = arrive("com.news");
    String third = arrive("com.news");
    harness.until(() -> phone.ids().equals(List.of(first, second)));

    subscribe(phone);
    harness.settle();
    phone.confirm(phone.pushes().get(0));
    phone.confirm(phone.pushes().get(1));
    String fourth = arrive("com.news");
    harness.until(() -> harness.receipt(fourth) != null);
    assertThat(phone.ids()).containsExactly(first, second);

    subscribe(phone, NEWS);
    harness.until(() -> phone.ids().equals(List.of(first, second, third, fourth)));
  }

  @Test
  void what_waits_for_credit_while_an_app_is_unsubscribed_waits_parked_and_other_apps_go_on() {
    Phone phone = harness.connect("phone", 1, NEWS, MAIL);
    String first = arrive("com.news");
    String mail = arrive("com.mail");
    String second = arrive("com.news");
    harness.until(() -> phone.ids().equals(List.of(first)));
    subscribe(phone, NEWS);
    phone.confirm(phone.pushes().getLast());
    harness.until(() -> phone.ids().equals(List.of(first, second)));
    assertThat(harness.receipt(mail).getOutcome()).isEqualTo(Outcome.PENDING);
  }

  @Test
  void a_single_attempt_to_an_app_that_is_not_subscribed_ends_as_if_the_device_were_away() {
    harness.connect("phone", 1, NEWS);
    String once =
        harness.arrive("phone", delivery -> delivery.setApp("com.mail").setExpiration(0L));
    harness.until(() -> harness.receipt(once) != null);
    assertThat(harness.receipt(once).getOutcome()).isEqualTo(Outcome.EXPIRED);
  }

  @Test
  void a_subscription_that_is_repeated_sends_nothing_twice() {
    Phone phone = harness.connect("phone", 10, NEWS);
    String first = arrive("com.news");
    harness.until(() -> phone.pushes().size() == 1);
    subscribe(phone, NEWS);
    subscribe(phone, NEWS, MAIL);
    subscribe(phone, ALL);
    String second = arrive("com.news");
    harness.until(() -> phone.pushes().size() == 2);
    harness.settle();
    assertThat(phone.ids()).containsExactly(first, second);
  }

  @Test
  void a_great_many_of_another_app_are_passed_over_a_few_at_a_time() {
    int many = 900;
    for (int i = 0; i < many; i++) {
      arrive("com.mail");
    }
    String news = arrive("com.news");
    harness.settle();
    Phone phone = harness.connect("phone", 1, NEWS);
    harness.until(() -> phone.ids().equals(List.of(news)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatever_is_subscribed_when_each_token_has_its_order_and_all_come_in_the_end(long seed) {
    Random random = new Random(seed);
    List<String> mail = new ArrayList<>();
    List<String> news = new ArrayList<>();
    List<Phone> phones = new ArrayList<>();
    Set<Phone.Push> confirmed = Collections.newSetFromMap(new IdentityHashMap<>());
    List<String> seen = new ArrayList<>();
    for (int step = 0; step < 120; step++) {
      Phone phone = phones.isEmpty() ? null : phones.getLast();
      switch (random.nextInt(8)) {
        case 0 -> {
          phones.add(harness.connect("phone", 1 + random.nextInt(4), NOTHING));
          harness.pump();
        }
        case 1 -> {
          if (phone != null) {
            subscribe(
                phone,
                List.of(List.of(NEWS), List.of(MAIL), List.of(NEWS, MAIL), List.<String>of())
                    .get(random.nextInt(4))
                    .toArray(String[]::new));
          }
        }
        case 2, 3 -> mail.add(arrive("com.mail"));
        case 4, 5 -> news.add(arrive("com.news"));
        case 6 -> harness.pump();
        default -> {
          if (phone != null) {
            confirmOne(phone, confirmed, seen);
          }
        }
      }
    }
    Phone last = harness.connect("phone", 3, ALL);
    harness.until(() -> {
      while (confirmOne(last, confirmed, seen)) {
        harness.pump();
      }
      return seen.containsAll(mail) && seen.containsAll(news);
    });
    assertThat(firsts(seen, mail)).isEqualTo(mail);
    assertThat(firsts(seen, news)).isEqualTo(news);
  }

  private static List<String> firsts(List<String> seen, List<String> of) {
    return seen.stream().filter(of::contains).distinct().toList();
  }

  private static boolean confirmOne(Phone phone, Set<Phone.Push> confirmed, List<String> seen) {
    for (Phone.Push push : phone.pushes()) {
      if (confirmed.add(push)) {
        seen.add(push.id());
        phone.confirm(push);
        return true;
      }
    }
    return false;
  }

  private void confirmAll(Phone phone, int count) {
    Set<Phone.Push> confirmed = Collections.newSetFromMap(new IdentityHashMap<>());
    harness.until(() -> {
      while (confirmOne(phone, confirmed, new ArrayList<>())) {
        harness.pump();
      }
      return phone.pushes().size() >= count;
    });
    while (confirmOne(phone, confirmed, new ArrayList<>())) {
      harness.pump();
    }
  }

  private String arrive(String app) {
    return harness.arrive("phone", delivery -> delivery.setApp(app));
  }

  private static void subscribe(Phone phone, String... filters) {
    phone.session().subscribed(Subscriptions.of(List.of(filters)), () -> {});
  }
}
