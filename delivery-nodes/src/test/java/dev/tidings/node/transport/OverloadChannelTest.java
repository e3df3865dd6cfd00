package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.tidings.net.limit.ConnectionFiles;
import dev.tidings.net.limit.OverloadLog;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.DeviceTransport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OverloadChannelTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ConnectionLimit limit = Limits.of(1, meters);
  @RegisterExtension final LogLines lines = new LogLines(OverloadLog.class);

  @Test
  void those_turned_away_in_a_second_share_a_line() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    assertThat(limit.admit(channel, DeviceTransport.TCP)).contains(Admission.ADMITTED);
    for (int i = 0; i < 100; i++) {
      limit.admit(channel, DeviceTransport.WEB_SOCKET);
    }
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(lines.list())
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("turned away 100 connections in the last second (expected: <= 1 open)");
    channel.finishAndReleaseAll();
    assertThat(limit.admit(new EmbeddedChannel(), DeviceTransport.TCP))
        .contains(Admission.ADMITTED);
  }

  /** A device that is relayed to another node takes a file more. */
  @Test
  void there_are_no_more_connections_than_files_for_them_and_their_relays() {
    ConnectionFiles files = new ConnectionFiles(3);
    ConnectionLimit wide = Limits.of(10, files, new SimpleMeterRegistry());
    EmbeddedChannel first = new EmbeddedChannel();
    assertThat(wide.admit(first, DeviceTransport.TCP)).contains(Admission.ADMITTED);
    assertThat(wide.admit(new EmbeddedChannel(), DeviceTransport.TCP)).contains(Admission.ADMITTED);
    assertThat(files.opened()).as("a relay").isTrue();

    EmbeddedChannel third = new EmbeddedChannel();
    assertThat(wide.admit(third, DeviceTransport.TCP)).isEmpty();

    third.close();
    first.close();
    assertThat(wide.admit(new EmbeddedChannel(), DeviceTransport.TCP)).contains(Admission.ADMITTED);
  }
}
