package dev.tidings.node.session;

/** Why the node closes a device's connection. */
public enum CloseReason {
  /** The same device has opened another connection: MQTT 5's 0x8E. */
  TAKEN_OVER,
  /** Another node owns the device's inbox now: MQTT 5's 0x9D. */
  SERVER_MOVED,
  /** The node is stopping: MQTT 5's 0x8B. */
  SHUTTING_DOWN,
  /** Who vouched for the device does not any more: MQTT 5's 0x87. */
  NOT_AUTHORIZED,
  /** The node has no memory to send to the device: MQTT 5's 0x89. */
  OVERLOADED,
  /** What is kept of the device is erased: MQTT 5's 0x98. */
  ERASED,
  /** An administrator wants it so; the device may come back: MQTT 5's 0x98. */
  ADMINISTRATOR
}
