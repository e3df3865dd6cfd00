package dev.tidings.auth.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusedAddressesTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE);
  private final RefusedAddresses addresses = new RefusedAddresses(now::get);

  private void pass(long seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private void refuse(long address, int times) {
    for (int i = 0; i < times; i++) {
      addresses.refused(address);
    }
  }

  @Test
  void twenty_at_once_are_allowed_and_then_one_each_second() {
    refuse(1, RefusedAddresses.BURST - 1);
    assertThat(addresses.isOverLimit(1)).isFalse();
    refuse(1, 1);
    assertThat(addresses.isOverLimit(1)).isTrue();
    assertThat(addresses.isOverLimit(2)).isFalse();

    for (int i = 0; i < 5; i++) {
      pass(1);
      assertThat(addresses.isOverLimit(1)).isFalse();
      refuse(1, 1);
      assertThat(addresses.isOverLimit(1)).isTrue();
    }
  }

  @Test
  void however_many_were_refused_it_is_over_soon() {
    refuse(1, 100_000);
    pass(9);
    assertThat(addresses.isOverLimit(1)).isTrue();
    pass(2);
    assertThat(addresses.isOverLimit(1)).isFalse();

    pass(30);
    assertThat(addresses.isOverLimit(1)).isFalse();
    assertThat(addresses.size()).isZero();
  }

  @Test
  void the_last_ones_are_remembered() {
    refuse(-1, RefusedAddresses.BURST);
    for (int i = 0; i < 2 * RefusedAddresses.MAX; i++) {
      addresses.refused(i);
      assertThat(addresses.isOverLimit(-1)).isTrue();
    }

    assertThat(addresses.size()).isEqualTo(RefusedAddresses.MAX);
  }
}
