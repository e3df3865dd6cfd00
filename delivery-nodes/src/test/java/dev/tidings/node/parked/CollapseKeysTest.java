package dev.tidings.node.parked;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CollapseKeysTest {
  private final CollapseKeys keys = new CollapseKeys(Set.of("latest"));

  @Test
  void a_withdrawal_is_replaced_by_one_of_the_same_notification_alone_whatever_the_policy() {
    String id = "withdraw-11111111-2222-3333-4444-555555555555";
    long key = keys.of(id, "latest", "token", null);

    assertThat(key).isNotEqualTo(CollapseKeys.NONE).isEqualTo(keys.of(id, "any", "token", null));
    assertThat(key).isNotEqualTo(keys.of("latest", "token", null));
    assertThat(key).isNotEqualTo(keys.of("any", "token", id));
    assertThat(key).isNotEqualTo(keys.of(id, "latest", "another", null));
    assertThat(keys.of("11111111-2222-3333-4444-555555555555", "any", "token", "sport"))
        .isEqualTo(keys.of("any", "token", "sport"));
  }

  @Test
  void what_has_no_collapse_id_stands_for_itself() {
    assertThat(keys.of("app", "token", null)).isEqualTo(CollapseKeys.NONE);
  }

  @Test
  void the_key_is_of_token_and_collapse_id() {
    assertThat(keys.of("app", "token", "id")).isEqualTo(keys.of("app", "token", "id"));
    assertThat(keys.of("app", "token", "id")).isNotEqualTo(keys.of("app", "token", "other"));
    assertThat(keys.of("app", "token", "id")).isNotEqualTo(keys.of("app", "other", "id"));
    assertThat(keys.of("app", "token", "id")).isNotEqualTo(keys.of("app", "toke", "nid"));
  }

  @Test
  void where_only_the_latest_is_kept_all_of_a_token_have_one_key() {
    assertThat(keys.of("latest", "token", "id"))
        .isEqualTo(keys.of("latest", "token", null))
        .isNotEqualTo(CollapseKeys.NONE)
        .isNotEqualTo(keys.of("latest", "other", null));
  }

  @Test
  void a_million_collapse_ids_have_a_million_keys() {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 1_000_000; i++) {
      seen.add(keys.of("app", "token", Integer.toString(i)));
    }
    assertThat(seen).hasSize(1_000_000);
  }
}
