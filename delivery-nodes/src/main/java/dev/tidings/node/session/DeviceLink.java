package dev.tidings.node.session;

import dev.tidings.schemas.avro.Delivery;

/**
 * An open connection of a device, as its inbox sees it; implemented by the protocol. Calls come
 * from one thread at a time, which may be the channel's own; they never block and keep their order
 * on the wire: {@link #attached} comes before any {@link #push}. After {@link #close} or {@link
 * #refused} there are no further calls.
 */
public interface DeviceLink {
  /**
   * The inbox has accepted the connection: confirm this to the device, and pass its
   * acknowledgements to {@code session}.
   */
  void attached(Session session);

  /** The inbox cannot accept the connection: send the reason to the device and close. */
  void refused(AttachRefusal refusal);

  /**
   * Writes a notification. It is sent at the next {@link #flush}, which has to follow: until then
   * it occupies memory. A notification that cannot be sent to this device is not written; the
   * session is notified by {@link Session#undeliverable} after this method has returned. It throws
   * if there is no memory for the notification; the connection cannot be used any more then.
   *
   * @param packetId 1 to 65,535, not in use by another unconfirmed notification of this session
   * @param duplicate whether it was written to the device before: MQTT's DUP
   */
  void push(int packetId, boolean duplicate, Delivery delivery);

  /**
   * Writes a notification that the device has asked to be sent once more, marked as such; otherwise
   * as {@link #push}.
   *
   * @param cursor where another replay goes on behind this one
   * @return false if it cannot be sent to this device: nothing is written, and the session is not
   *     notified
   */
  boolean replay(int packetId, String cursor, Delivery delivery);

  void flush();

  /** Returns how the device is connected. From any thread. */
  LinkDescription description();

  /**
   * Returns whether nobody vouches for the device any more, so that the connection has to be
   * closed. From any thread.
   */
  boolean isProofOver();

  /**
   * Who vouches for the device may do so for other apps than before: what is to be received is told
   * to the session anew, if so.
   */
  void lookAtApps();

  /** Closes the connection, after sending the reason to the device if its protocol allows that. */
  void close(CloseReason closeReason);
}
