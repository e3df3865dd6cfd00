package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AcceptFailuresIT {
  @Test
  void what_nettys_acceptor_pauses_for_is_counted_behind_it_and_accepting_goes_on()
      throws Exception {
    var meters = new SimpleMeterRegistry();
    var loops = new EventLoops(1, meters);
    try {
      Channel listener =
          loops
              .listen("MQTT", "127.0.0.1", 0, 16, true, new ChannelInboundHandlerAdapter())
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
