package dev.tidings.service.installation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shows G43 of docs/guarantees.md. */
final class OwnKeysTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(1));
  private static final Instant NEVER = Instant.EPOCH;

  private final ControlState state = new ControlState();

  private static InstallationKey key(String fingerprint, Instant held, Instant making) {
    return new InstallationKey(fingerprint, held, making);
  }

  private void say(String name, byte[] value) {
    state.take(name.getBytes(StandardCharsets.UTF_8), value, NOW);
  }

  @Test
  void a_key_of_another_secret_is_a_conflict_until_nobody_has_had_it_for_a_week() {
    OwnKeys own = new OwnKeys(Map.of(1, "a"), 1);

    assertThat(own.conflicts(Map.of(1, key("b", NOW, NOW)), NOW)).containsExactly(1);
    assertThat(own.conflicts(Map.of(1, key("a", NOW, NOW)), NOW)).isEmpty();
    Instant retired = NOW.minus(InstallationKey.RETIRED_AFTER).minusMillis(1);
    assertThat(own.conflicts(Map.of(1, key("b", retired, retired)), NOW)).isEmpty();
    assertThat(own.unsaid(Map.of(1, key("b", retired, retired)), NOW))
        .containsExactly(Map.entry(1, key("a", NOW, NOW)));
  }

  @Test
  void a_rotation_keeps_nobody_from_starting() {
    OwnKeys oldTaker = new OwnKeys(Map.of(1, "a"), null);
    OwnKeys newTaker = new OwnKeys(Map.of(1, "a", 2, "b"), null);
    OwnKeys oldMaker = new OwnKeys(Map.of(1, "a"), 1);
    OwnKeys newMaker = new OwnKeys(Map.of(1, "a", 2, "b"), 2);
    OwnKeys lastTaker = new OwnKeys(Map.of(2, "b"), null);

    // Some takers have the new key already.
    Map<Integer, InstallationKey> added = Map.of(1, key("a", NOW, NOW), 2, key("b", NOW, NEVER));
    assertThat(oldTaker.needed(added, NOW)).isEmpty();
    assertThat(oldTaker.missing(added, NOW)).containsExactly(2);
    assertThat(oldMaker.needed(added, NOW)).isEmpty();

    // Some makers make tokens under it.
    Map<Integer, InstallationKey> used = Map.of(1, key("a", NOW, NOW), 2, key("b", NOW, NOW));
    assertThat(newTaker.needed(used, NOW)).isEmpty();
    assertThat(oldMaker.needed(used, NOW)).isEmpty();
    assertThat(newMaker.needed(used, NOW)).isEmpty();
    assertThat(oldTaker.needed(used, NOW)).containsExactly(2);

    // The old key is taken out, while some still have it.
    Map<Integer, InstallationKey> left = Map.of(1, key("a", NOW, LONG_AGO), 2, key("b", NOW, NOW));
    assertThat(lastTaker.needed(left, NOW)).isEmpty();
    assertThat(lastTaker.missing(left, NOW)).containsExactly(1);
  }

  @Test
  void a_maker_that_shares_no_key_with_the_others_would_make_what_nobody_knows() {
    OwnKeys stranger = new OwnKeys(Map.of(2, "b"), 2);

    assertThat(stranger.needed(Map.of(1, key("a", NOW, NOW)), NOW)).containsExactly(1);
    assertThat(stranger.needed(Map.of(1, key("a", NOW, NEVER)), NOW)).isEmpty();
  }

  /** streams-processor can't be given any, so none is to be said to lack there. */
  @Test
  void who_has_no_keys_lacks_none() {
    OwnKeys none = OwnKeys.none();
    Map<Integer, InstallationKey> known = Map.of(1, key("a", NOW, NOW));

    assertThat(none.missing(known, NOW)).isEmpty();
    assertThat(none.needed(known, NOW)).isEmpty();
    assertThat(none.unsaid(known, NOW)).isEmpty();
  }

  @Test
  void what_was_said_lately_is_not_said_again() {
    OwnKeys own = new OwnKeys(Map.of(1, "a", 2, "b"), 2);

    assertThat(own.unsaid(Map.of(1, key("a", NOW, NEVER), 2, key("b", NOW, NOW)), NOW)).isEmpty();
    assertThat(own.unsaid(Map.of(1, key("a", LONG_AGO, NEVER), 2, key("b", NOW, NEVER)), NOW))
        .containsExactlyInAnyOrderEntriesOf(Map.of(1, key("a", NOW, NEVER), 2, key("b", NOW, NOW)));
  }

  @Test
  void the_first_word_counts_and_is_written_again_where_another_came_last() {
    say("installation", new Founding("one", 8).bytes());
    say("installation", new Founding("two", 8).bytes());
    say("token-key/1", key("a", NOW, NEVER).bytes());
    say("token-key/1", key("b", NOW, NEVER).bytes());

    assertThat(state.founding()).contains(new Founding("one", 8));
    assertThat(state.keys()).containsExactly(Map.entry(1, key("a", NOW, NEVER)));
    assertThat(state.overwritten()).containsOnlyKeys("installation", "token-key/1");

    state.overwritten().forEach(this::say);
    assertThat(state.overwritten()).isEmpty();
  }

  @Test
  void what_is_of_another_kind_or_garbage_says_nothing() {
    say("installation", new byte[] {(byte) 0xff, 0});
    say("installation", "id=x\npartitions=0\n".getBytes(StandardCharsets.UTF_8));
    say("installation", "id=x\npartitions=99999999999\n".getBytes(StandardCharsets.UTF_8));
    say("token-key/256", key("a", NOW, NEVER).bytes());
    say("token-key/x", key("a", NOW, NEVER).bytes());
    say("token-key/3", new byte[0]);
    say("app/com.example.news", new byte[] {1, 2, 3});
    state.take(null, new byte[] {1}, NOW);

    assertThat(state.founding()).isEmpty();
    assertThat(state.keys()).isEmpty();
    assertThat(state.overwritten()).isEmpty();
  }

  @Test
  void an_operator_lets_a_key_be_another() {
    say("token-key/1", key("a", NOW, NOW).bytes());
    state.take("token-key/1".getBytes(StandardCharsets.UTF_8), null, NOW);
    say("token-key/1", key("b", NOW, NOW).bytes());

    assertThat(state.keys()).containsExactly(Map.entry(1, key("b", NOW, NOW)));
  }

  @Test
  void what_is_written_is_read() {
    assertThat(Founding.of(new Founding("one", 8).bytes())).contains(new Founding("one", 8));
    assertThat(InstallationKey.of(key("a", NOW, LONG_AGO).bytes()))
        .isEqualTo(Optional.of(key("a", NOW, LONG_AGO)));
  }
}
