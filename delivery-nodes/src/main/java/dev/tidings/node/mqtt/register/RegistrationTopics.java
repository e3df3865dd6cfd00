package dev.tidings.node.mqtt.register;

/** The topics of requests and answers about a device's apps. */
final class RegistrationTopics {
  static final String REGISTER = "$tidings/register";
  static final String REGISTERED = "$tidings/registered";
  static final String UNREGISTER = "$tidings/unregister";
  static final String UNREGISTERED = "$tidings/unregistered";

  /** Reserved for broadcasts, which do not exist yet. */
  static final String SUBSCRIBE = "$tidings/subscribe";

  static final String UNSUBSCRIBE = "$tidings/unsubscribe";

  private RegistrationTopics() {}
}
