package dev.tidings.node.route;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.schemas.value.DeviceId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.Optional;

/**
 * The route to the node that owns a device's inbox, for a connection that this node cannot serve.
 */
public interface OwnerRoute {
  /**
   * Looks for a route. Called on the channel's event loop, and responds there: {@link
   * RouteListener#unreachable} possibly before this method returns, {@link RouteListener#open}
   * always afterwards.
   */
  void seek(DeviceId device, Channel channel, RouteListener routeListener);

  /** Receives the result of {@link OwnerRoute#seek}. */
  interface RouteListener {
    void open(OpenRoute openRoute);

    /** The inbox's owner is unknown, or cannot be reached now. */
    void unreachable();
  }

  /** An open route: use it or release it, once, on the event loop it was offered on. */
  interface OpenRoute {
    /**
     * Uses the route.
     *
     * @param received all bytes received so far, which are sent to the other node first; ownership
     *     passes to the callee
     * @param proven what the device has proved here; empty if it had to prove nothing
     * @return the handler that replaces MQTT's in the channel's pipeline
     */
    ChannelHandler take(ByteBuf received, Optional<DeviceIdentity> proven);

    void abandon();
  }
}
