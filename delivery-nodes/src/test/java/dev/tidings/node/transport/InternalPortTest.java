package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.net.EventLoops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class InternalPortTest {
  private static final String LOOPBACK = "127.0.0.1";

  private final EventLoops loops = Loops.of(1, new SimpleMeterRegistry());

  @AfterEach
  void close() throws InterruptedException {
    loops.close(Duration.ofSeconds(5));
  }

  @Test
  void a_port_that_another_node_on_the_host_has_taken_is_named_with_what_is_expected()
      throws IOException {
    InternalPort other = InternalPort.open(loops, LOOPBACK, 0, 1);

    assertThatThrownBy(() -> InternalPort.open(loops, LOOPBACK, other.number(), 4))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("internal.port: " + other.number() + " (expected: one that is free")
        .hasMessageContaining("internal.ports says, 4 here");
  }
}
