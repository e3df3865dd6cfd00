package dev.tidings.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EventLoopsTest {
  @Test
  void what_nettys_acceptor_pauses_for_is_counted_behind_it_and_accepting_goes_on()
      throws Exception {
    var meters = new SimpleMeterRegistry();
    var loops =
        EventLoops.withAcceptor(
            "mqtt", 1, new AcceptFailures("tidings.node.accept.failures", meters));
    try {
      Channel listener =
          loops
              .bind(
                  loops.server(16).childHandler(new ChannelInboundHandlerAdapter()),
                  ListenAddresses.of("127.0.0.1"),
                  0)
              .getFirst();

      listener.pipeline().fireExceptionCaught(new IOException("accept(..): Too many open files"));

      await().until(() -> meters.get("tidings.node.accept.failures").counter().count() == 1);
      assertThat(listener.isOpen()).isTrue();
      await().until(() -> listener.config().isAutoRead());
    } finally {
      loops.close(Duration.ofSeconds(5));
    }
  }
}
