package dev.tidings.http.server;

import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.Connections;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.net.proxy.TrustedProxies;
import io.netty.channel.Channel;

/**
 * A connection of a trusted proxy that has not said yet whose it is. Nothing of it is read but that
 * header, which has a time limit of its own.
 */
final class AwaitedClient implements ClientSession {
  private final Channel channel;

  private AwaitedClient(Channel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the header.
   *
   * @param connections count the connection when its client is known, and may close it
   * @param serve adds the handlers for what follows the header
   */
  static void await(
      Channel channel,
      ServerLoop loop,
      TrustedProxies proxies,
      Connections connections,
      Runnable serve) {
    AwaitedClient awaited = new AwaitedClient(channel);
    loop.add(awaited);
    channel.closeFuture().addListener(closed -> loop.remove(awaited));
    proxies.read(
        channel,
        begun -> {
          loop.remove(awaited);
          if (connections.arrived(channel)) {
            serve.run();
            begun.run();
          }
        });
  }

  @Override
  public boolean flushesByItself() {
    return false;
  }

  @Override
  public void flush() {
    // Nothing is ever written.
  }

  @Override
  public void unsent(int bytes) {
    // Nothing is ever written.
  }

  @Override
  public void sweep(long now) {
    // The header's time is limited where it is read.
  }

  /** Nobody waits for an answer yet. */
  @Override
  public void goAway() {
    close();
  }

  @Override
  public void close() {
    channel.close();
  }
}
