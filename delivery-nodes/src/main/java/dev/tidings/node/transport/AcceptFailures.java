package dev.tidings.node.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections that the operating system would not hand over, mostly for want of open files,
 * and says so in a line each. Stands behind Netty's acceptor, which accepts nothing for a second
 * after each: so there is no more than one a second.
 */
@ChannelHandler.Sharable
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);

  private final Counter failures;

  AcceptFailures(MeterRegistry registry) {
    failures =
        Counter.builder("tidings.node.accept.failures")
            .description(
                "Connections that could not be accepted; each stops accepting for a second")
            .register(registry);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failures.increment();
    log.warn(
        "a connection could not be accepted, none is for a second: {}",
        String.valueOf(cause.getMessage()));
  }
}
