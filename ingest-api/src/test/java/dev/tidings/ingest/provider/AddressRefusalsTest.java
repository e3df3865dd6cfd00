package dev.tidings.ingest.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressRefusalsTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE);
  private final AddressRefusals addresses = new AddressRefusals(now::get);

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
    refuse(1, 19);
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
  }

  @Test
  void addresses_that_have_become_quiet_are_not_among_those_remembered() {
    for (int address = 0; address < 1_000; address++) {
      refuse(address, 1);
    }
    refuse(5, 10);
    assertThat(addresses.size()).isEqualTo(1_000);

    pass(2);
    assertThat(addresses.size()).isOne();
    pass(30);
    assertThat(addresses.size()).isZero();
  }

  @Test
  void no_more_than_16384_are_remembered() {
    for (int address = 0; address < 40_000; address++) {
      refuse(address, 1);
    }

    assertThat(addresses.size()).isEqualTo(16_384);
  }
}
