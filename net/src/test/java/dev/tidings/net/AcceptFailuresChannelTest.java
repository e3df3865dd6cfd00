package dev.tidings.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AcceptFailuresChannelTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EmbeddedChannel listener =
      new EmbeddedChannel(new AcceptFailures("tidings.node.accept.failures", meters));
  @RegisterExtension final LogLines lines = new LogLines(AcceptFailures.class);

  @Test
  void a_connection_that_cannot_be_accepted_is_counted_and_takes_one_line_without_a_trace() {
    listener.pipeline().fireExceptionCaught(new IOException("accept(..): Too many open files"));

    assertThat(meters.get("tidings.node.accept.failures").counter().count()).isEqualTo(1);
    assertThat(lines.list()).hasSize(1);
    assertThat(lines.list().getFirst().getFormattedMessage()).endsWith("Too many open files");
    assertThat(lines.list().getFirst().getThrowableProxy()).isNull();
    assertThat(listener.isOpen()).isTrue();
    listener.finishAndReleaseAll();
  }
}
