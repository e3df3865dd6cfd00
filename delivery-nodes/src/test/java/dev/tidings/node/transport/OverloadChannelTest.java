package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Transport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class OverloadChannelTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ConnectionLimit limit = new ConnectionLimit(1, meters);
  private final Logger logger = (Logger) LoggerFactory.getLogger(OverloadLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void thoseTurnedAwayInASecondShareALine() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    assertThat(limit.admit(channel, Transport.TCP)).contains(Admission.ADMITTED);
    for (int i = 0; i < 100; i++) {
      limit.admit(channel, Transport.WEB_SOCKET);
    }
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("turned away 100 connections in the last second (expected: <= 1 open)");
    channel.finishAndReleaseAll();
    assertThat(limit.admit(new EmbeddedChannel(), Transport.TCP)).contains(Admission.ADMITTED);
  }
}
