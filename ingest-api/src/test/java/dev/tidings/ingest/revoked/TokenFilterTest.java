package dev.tidings.ingest.revoked;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class TokenFilterTest {
  private final Random random = new Random(1);

  private byte[] token() {
    byte[] token = new byte[32];
    random.nextBytes(token);
    return token;
  }

  @Test
  void what_was_added_is_never_missed_and_little_else_is_taken() {
    TokenFilter filter = new TokenFilter(160_000);
    byte[][] added = new byte[100_000][];
    for (int i = 0; i < added.length; i++) {
      added[i] = token();
      filter.add(added[i]);
    }

    for (byte[] token : added) {
      assertThat(filter.mayContain(token)).isTrue();
    }
    int mistaken = 0;
    for (int i = 0; i < 100_000; i++) {
      mistaken += filter.mayContain(token()) ? 1 : 0;
    }
    assertThat(mistaken).isLessThan(1_000);
  }

  @Test
  void a_full_one_takes_everybody_and_grows_not() {
    TokenFilter filter = new TokenFilter(64);
    for (int i = 0; i < 10_000; i++) {
      filter.add(token());
    }

    assertThat(filter.mayContain(token())).isTrue();
    assertThat(filter.bits().capacity()).isEqualTo(64);
  }
}
