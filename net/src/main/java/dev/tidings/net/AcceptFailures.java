package dev.tidings.net;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs connections that the operating system did not hand over, usually because the open
 * file limit is reached. Placed after Netty's acceptor, which accepts nothing for a second after
 * each failure: so there is at most one line per second.
 */
@ChannelHandler.Sharable
public final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);

  private final Counter failures;

  /**
   * @param meter the name of the counter
   */
  public AcceptFailures(String meter, MeterRegistry registry) {
    failures =
        Counter.builder(meter)
            .description(
                "Connections that could not be accepted; each stops accepting for a second")
            .register(registry);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failures.increment();
    log.warn(
        "a connection could not be accepted, the next is accepted in a second: {}",
        String.valueOf(cause.getMessage()));
  }
}
