package dev.tidings.infra.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.ledger.Recipient;
import dev.tidings.infra.ledger.Terms;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MixtureTest {
  private static final long RUN = 7;
  private static final int MANY = 500;
  private static final Instant NOW = Instant.ofEpochSecond(1_000);
  private static final Recipient OVER_HTTP = new Recipient(0, 0);
  private static final Recipient OVER_KAFKA = new Recipient(0, 1);

  @Test
  void the_same_seed_sends_the_same() {
    assertThat(sent(OVER_KAFKA, 3)).isEqualTo(sent(OVER_KAFKA, 3));
    assertThat(sent(OVER_KAFKA, 3)).isNotEqualTo(sent(OVER_KAFKA, 4));
  }

  @Test
  void every_way_and_everything_a_provider_may_ask_for_is_in_it() {
    List<Push> all = sent(OVER_KAFKA, 1);

    assertThat(all).extracting(Push::path).contains(Push.Path.values());
    assertThat(all).extracting(Push::insists).contains(true, false);
    assertThat(all).extracting(Push::terms).contains(Terms.PLAIN);
    assertThat(all).anyMatch(push -> push.terms().collapseId().isPresent());
    assertThat(all).anyMatch(push -> push.terms().expiresAt().orElse(-1) == Terms.AT_ONCE);
    assertThat(sent(OVER_HTTP, 1)).extracting(Push::path).containsOnly(Push.Path.HTTP);
  }

  @Test
  void what_expires_does_so_at_a_whole_second_that_is_soon_and_not_over_yet() {
    assertThat(
            sent(OVER_HTTP, 1).stream()
                .flatMap(push -> push.terms().expiresAt().stream().boxed())
                .filter(at -> at != Terms.AT_ONCE))
        .isNotEmpty()
        .allSatisfy(at -> {
          assertThat(at % 1_000).isZero();
          assertThat(at - NOW.toEpochMilli()).isBetween(2_000L, 6_000L);
        });
  }

  @Test
  void what_has_no_place_in_the_order_has_no_collapse_id_and_each_lane_its_own() {
    for (Push push : sent(OVER_KAFKA, 1)) {
      int lane = push.terms().lane();
      assertThat(push.terms().collapseId().stream())
          .allMatch(id -> lane != Terms.ANY_ORDER && id.startsWith("lane-" + lane + "-"));
      if (push.path() == Push.Path.KAFKA_ANY) {
        assertThat(lane).isEqualTo(Terms.ANY_ORDER);
      }
    }
  }

  @Test
  void an_id_is_used_once_for_a_recipient_and_some_for_others_near_it_too() {
    Set<String> first = ids(OVER_HTTP);
    Set<String> sameDevice = ids(OVER_KAFKA);
    Set<String> nextDevice = ids(new Recipient(1, 0));
    Set<String> farAway = ids(new Recipient(2, 0));

    assertThat(List.of(first, sameDevice, nextDevice, farAway))
        .allSatisfy(ids -> assertThat(ids).hasSize(MANY));
    assertThat(first).containsAnyElementsOf(sameDevice).containsAnyElementsOf(nextDevice);
    assertThat(first).doesNotContainAnyElementsOf(farAway);
  }

  @Test
  void a_plain_one_has_an_id_of_its_own() {
    var mixture = new Mixture(OVER_KAFKA, RUN, 1, () -> NOW);

    assertThat(mixture.plain("token").terms()).isEqualTo(Terms.PLAIN);
    assertThat(mixture.plain("token").id()).isNotEqualTo(mixture.plain("token").id());
    assertThat(mixture.plain("token").path()).isEqualTo(Push.Path.HTTP);
  }

  private static Set<String> ids(Recipient recipient) {
    var ids = new HashSet<String>();
    sent(recipient, 1).forEach(push -> ids.add(push.id()));
    return ids;
  }

  private static List<Push> sent(Recipient recipient, long seed) {
    var mixture = new Mixture(recipient, RUN, seed, () -> NOW);
    return Stream.generate(() -> mixture.next("token")).limit(MANY).toList();
  }
}
