package dev.tidings.node.session;

import dev.tidings.schemas.avro.Delivery;

/**
 * An open connection of a device, as its inbox sees it. The protocol implements it. Calls come from
 * one thread at a time but not from the channel's own, never block, and keep their order on the
 * wire: {@link #attached} comes before any {@link #push}. After {@link #close} or {@link #refused}
 * nothing more comes.
 */
public interface DeviceLink {
  /** The inbox has taken the connection: tell the device so, and send its confirmations here. */
  void attached(Session session);

  /** The inbox can't take the connection: tell the device why and close. */
  void refused(Refusal refusal);

  /**
   * Writes a notification, to be sent at the next {@link #flush}, which has to follow: until then
   * it holds memory. One that this device can't be sent is not written; the session is told, by
   * {@link Session#undeliverable}, after this has returned.
   *
   * @param packetId 1 to 65,535, not in use by another unconfirmed notification of this session
   * @param duplicate whether it was written to the device before: MQTT's DUP
   */
  void push(int packetId, boolean duplicate, Delivery delivery);

  void flush();

  /** Tells the device why, as far as its protocol can, and closes the connection. */
  void close(Farewell farewell);
}
