package dev.tidings.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LookupsTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @Test
  void there_are_so_many_at_once_and_the_next_one_does_not_wait() throws Exception {
    var come = new CountDownLatch(1);
    try (Lookups lookups =
        new Lookups(
            _ -> {
              try {
                come.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new InetAddress[] {HERE};
            },
            "names",
            1)) {
      CompletableFuture<InetAddress[]> first = lookups.find("one.example.com");
      CompletableFuture<InetAddress[]> same = lookups.find("one.example.com");
      assertThatThrownBy(() -> lookups.find("other.example.com"))
          .isInstanceOf(RejectedExecutionException.class);

      come.countDown();

      assertThat(first.get()).containsExactly(HERE);
      assertThat(same.get()).containsExactly(HERE);
    }
  }
}
