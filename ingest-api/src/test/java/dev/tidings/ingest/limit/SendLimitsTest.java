package dev.tidings.ingest.limit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.net.limit.Rate;
import io.netty.util.AsciiString;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows G4 of docs/guarantees.md. */
class SendLimitsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long ADDRESS = 7;

  private final AtomicLong now = new AtomicLong();

  private SendLimits limits(
      @Nullable Rate team, @Nullable Rate app, @Nullable Rate token, @Nullable Rate address) {
    return new SendLimits(new LimitRules.Fixed(team, app, null, token, address), now::get);
  }

  /** A provider with a key of its own. */
  private static @Nullable ProviderIdentity provider(@Nullable String team) {
    return team == null ? null : provider(team, "key/" + team);
  }

  private static ProviderIdentity provider(String team, String credential) {
    return new ProviderIdentity(team, Apps.where(_ -> true), true, credential);
  }

  private static @Nullable Exceeded send(
      SendLimits limits, @Nullable String team, String app, String token) {
    return sendAs(provider(team), limits, app, token);
  }

  private static @Nullable Exceeded sendAs(
      @Nullable ProviderIdentity provider, SendLimits limits, String app, String token) {
    Exceeded exceeded = limits.request(provider, ADDRESS);
    return exceeded == null ? limits.notification(provider, ADDRESS, app, token) : exceeded;
  }

  private static LimitKind exceededBy(
      SendLimits limits, @Nullable String team, String app, String token) {
    return requireNonNull(send(limits, team, app, token)).kind();
  }

  @Test
  void without_limits_everybody_sends_as_much_as_he_likes_and_nothing_is_remembered() {
    SendLimits none = SendLimits.none();
    for (int i = 0; i < 10_000; i++) {
      assertThat(send(none, "team", "app", "token")).isNull();
    }
    assertThat(Stream.of(LimitKind.values()).mapToInt(none::used)).containsOnly(0);
    assertThat(Stream.of(LimitKind.values()).mapToLong(none::refused)).containsOnly(0L);
  }

  @Test
  void each_limit_is_its_own_and_the_answer_names_it() {
    SendLimits limits = limits(new Rate(3, 1), new Rate(2, 1), new Rate(1, 1), null);

    assertThat(send(limits, "a", "mail", "1")).isNull();
    assertThat(exceededBy(limits, "a", "mail", "1")).isEqualTo(LimitKind.TOKEN);
    assertThat(send(limits, "a", "mail", "2")).isNull();
    assertThat(exceededBy(limits, "a", "mail", "3")).isEqualTo(LimitKind.APP);
    assertThat(send(limits, "a", "news", "4")).isNull();
    assertThat(exceededBy(limits, "a", "news", "5")).isEqualTo(LimitKind.TEAM);
    assertThat(send(limits, "b", "chat", "6")).isNull();
    assertThat(limits.refused(LimitKind.TEAM)).isEqualTo(1);
    assertThat(limits.refused(LimitKind.APP)).isEqualTo(1);
    assertThat(limits.refused(LimitKind.TOKEN)).isEqualTo(1);
    assertThat(limits.refused(LimitKind.ADDRESS)).isZero();
  }

  @Test
  void where_nobody_proves_who_he_is_the_address_counts() {
    SendLimits limits = limits(new Rate(1, 1), null, null, new Rate(2, 1));

    assertThat(send(limits, null, "mail", "1")).isNull();
    assertThat(send(limits, null, "mail", "1")).isNull();
    assertThat(exceededBy(limits, null, "mail", "1")).isEqualTo(LimitKind.ADDRESS);
    assertThat(limits.request(null, ADDRESS + 1)).isNull();
  }

  @Test
  void each_key_of_a_team_has_a_limit_of_its_own_within_that_of_the_team() {
    SendLimits limits =
        new SendLimits(
            new LimitRules.Fixed(new Rate(5, 1), null, new Rate(2, 1), null, null), now::get);
    ProviderIdentity first = provider("a", "key/1");
    ProviderIdentity second = provider("a", "api-key/1");
    ProviderIdentity third = provider("a", "certificate/1");

    for (int i = 0; i < 2; i++) {
      assertThat(sendAs(first, limits, "mail", "1")).isNull();
      assertThat(sendAs(second, limits, "mail", "1")).isNull();
    }
    Exceeded exceeded = requireNonNull(sendAs(first, limits, "mail", "1"));
    assertThat(exceeded.kind()).isEqualTo(LimitKind.KEY);
    assertThat(exceeded.fields())
        .contains(AsciiString.of("\"key\";r=0;t=1"), AsciiString.of("\"key\";q=2;w=1"));
    // What the key's limit has refused was not counted for the team.
    assertThat(sendAs(third, limits, "mail", "1")).isNull();
    assertThat(requireNonNull(sendAs(third, limits, "mail", "1")).kind()).isEqualTo(LimitKind.TEAM);
    assertThat(limits.refused(LimitKind.KEY)).isEqualTo(1);
    assertThat(limits.request(null, ADDRESS)).isNull();
  }

  @Test
  void what_another_limit_refuses_counts_for_no_key() {
    Rate one = new Rate(1, 1);
    Rate three = new Rate(3, 1);
    SendLimits team = new SendLimits(new LimitRules.Fixed(one, null, three, null, null), now::get);
    SendLimits token = new SendLimits(new LimitRules.Fixed(null, null, three, one, null), now::get);
    assertThat(send(team, "a", "mail", "1")).isNull();
    assertThat(send(token, "a", "mail", "1")).isNull();

    for (int i = 0; i < 50; i++) {
      assertThat(exceededBy(team, "a", "mail", "1")).isEqualTo(LimitKind.TEAM);
      assertThat(exceededBy(token, "a", "mail", "1")).isEqualTo(LimitKind.TOKEN);
    }
  }

  @Test
  void what_one_limit_refuses_counts_for_no_other() {
    SendLimits limits = limits(new Rate(10, 1), new Rate(10, 1), new Rate(1, 1), new Rate(100, 1));
    for (int i = 0; i < 50; i++) {
      send(limits, "a", "mail", "1");
    }
    for (int i = 0; i < 9; i++) {
      assertThat(send(limits, "a", "mail", "other-" + i)).isNull();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(exceededBy(limits, "a", "mail", "another")).isEqualTo(LimitKind.TEAM);
    }
    for (int i = 0; i < 90; i++) {
      assertThat(limits.request(null, ADDRESS)).isNull();
    }
    assertThat(requireNonNull(limits.request(null, ADDRESS)).kind()).isEqualTo(LimitKind.ADDRESS);
  }

  @Test
  void the_answer_says_which_limit_what_is_left_and_when_again() {
    SendLimits limits = limits(new Rate(2, 10), null, null, null);
    for (int i = 0; i < 20; i++) {
      assertThat(limits.request(provider("a"), ADDRESS)).isNull();
    }

    Exceeded exceeded = requireNonNull(limits.request(provider("a"), ADDRESS));
    assertThat(exceeded.fields())
        .containsExactly(
            AsciiString.of("retry-after"),
            AsciiString.of("1"),
            AsciiString.of("ratelimit"),
            AsciiString.of("\"team\";r=0;t=1"),
            AsciiString.of("ratelimit-policy"),
            AsciiString.of("\"team\";q=20;w=10"));
    assertThat(exceeded.detail())
        .isEqualTo("limit: team (expected: at most 2 a second, and 20 at once; again in 1 s)");
    assertThat(new Exceeded(LimitKind.APP, new Rate(1, 1), 3 * SECOND + 1).retryAfterSeconds())
        .isEqualTo(4);
    now.addAndGet(exceeded.waitNanos());
    assertThat(limits.request(provider("a"), ADDRESS)).isNull();
  }

  @Test
  void however_many_tokens_are_sent_to_the_memory_is_the_same() {
    SendLimits limits = limits(null, null, new Rate(1, 3_600), null);
    for (int i = 0; i < 100_000; i++) {
      send(limits, "a", "mail", "token-" + i);
    }

    assertThat(limits.used(LimitKind.TOKEN)).isLessThanOrEqualTo(65_536);
    assertThat(limits.forgotten(LimitKind.TOKEN)).isPositive();
  }
}
