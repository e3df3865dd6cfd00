package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class AcceptFailuresChannelTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EmbeddedChannel listener = new EmbeddedChannel(new AcceptFailures(meters));
  private final Logger logger = (Logger) LoggerFactory.getLogger(AcceptFailures.class);
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
  void aConnectionThatCannotBeAcceptedIsCountedAndTakesOneLineWithoutATrace() {
    listener.pipeline().fireExceptionCaught(new IOException("accept(..): Too many open files"));

    assertThat(meters.get("tidings.node.accept.failures").counter().count()).isEqualTo(1);
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getFormattedMessage()).endsWith("Too many open files");
    assertThat(lines.list.getFirst().getThrowableProxy()).isNull();
    assertThat(listener.isOpen()).isTrue();
    listener.finishAndReleaseAll();
  }
}
