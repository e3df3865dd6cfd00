package dev.tidings.node.mqtt.register;

/** The topics on which a device and the node talk about the device's apps. */
final class Topics {
  static final String REGISTER = "$tidings/register";
  static final String REGISTERED = "$tidings/registered";
  static final String UNREGISTER = "$tidings/unregister";
  static final String UNREGISTERED = "$tidings/unregistered";

  /** For broadcasts, which are not there yet. */
  static final String SUBSCRIBE = "$tidings/subscribe";

  static final String UNSUBSCRIBE = "$tidings/unsubscribe";

  private Topics() {}
}
