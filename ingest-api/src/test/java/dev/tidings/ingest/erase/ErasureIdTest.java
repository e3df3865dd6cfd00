package dev.tidings.ingest.erase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErasureIdTest {
  private static final long NOW = 1_764_000_000_000L;
  private static final long SPREAD = ErasureId.SPREAD.toMillis();

  @Test
  void an_id_is_a_uuid_of_its_own() {
    assertThat(Stream.generate(() -> ErasureId.next(NOW)).limit(1_000).distinct()).hasSize(1_000);
    UUID id = UUID.fromString(ErasureId.next(NOW));
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
  }

  @Test
  void it_is_recent_for_a_while_by_clocks_that_are_ahead_and_behind() {
    String id = ErasureId.next(NOW);

    assertThat(ErasureId.isRecent(id, NOW)).isTrue();
    assertThat(ErasureId.isRecent(id, NOW + SPREAD)).isTrue();
    assertThat(ErasureId.isRecent(id, NOW + SPREAD + 1)).isFalse();
    assertThat(ErasureId.isRecent(id, NOW - SPREAD)).isTrue();
    assertThat(ErasureId.isRecent(id, NOW - SPREAD - 1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none", "019abb3b-2000", "00000000-0000-0000-0000-000000000000"})
  void what_is_none_is_not_recent(String text) {
    assertThat(ErasureId.isRecent(text, NOW)).isFalse();
  }

  @Test
  void ids_of_earlier_versions_are_not_recent() {
    assertThat(ErasureId.isRecent("0b0fb6f4-1f5d-4f4e-8f6e-111111111111", NOW)).isFalse();
  }
}
