package dev.tidings.node.mqtt;

import dev.tidings.schemas.value.DeviceId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** The way to the node that has a device's inbox, for a connection that this node can't serve. */
public interface Detour {
  /**
   * Looks for the way. Called on the channel's event loop, and answers there: {@link
   * Traveller#noWay} possibly before this returns, {@link Traveller#open} always after.
   */
  void seek(DeviceId device, Channel channel, Traveller traveller);

  /** Who wants to get there. */
  interface Traveller {
    void open(Way way);

    /** Nobody knows who has the inbox, or that node can't be reached now. */
    void noWay();
  }

  /** An open way: take it or leave it, once, on the event loop it was offered on. */
  interface Way {
    /**
     * Takes it.
     *
     * @param received all bytes received so far, which the other node is to get first; given away
     * @return the handler that takes the place of MQTT's in the channel's pipeline
     */
    ChannelHandler taken(ByteBuf received);

    void left();
  }
}
