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
  void whatWasAddedIsNeverMissedAndLittleElseIsTaken() {
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
  void aFullOneTakesEverybodyAndGrowsNot() {
    TokenFilter filter = new TokenFilter(64);
    for (int i = 0; i < 10_000; i++) {
      filter.add(token());
    }

    assertThat(filter.mayContain(token())).isTrue();
    assertThat(filter.bits().capacity()).isEqualTo(64);
  }
}
