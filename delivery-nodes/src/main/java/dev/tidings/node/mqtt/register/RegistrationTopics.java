package dev.tidings.node.mqtt.register;

/** The topics of requests and answers about a device's apps, and their broadcast topics. */
final class RegistrationTopics {
  static final String REGISTER = "$tidings/register";
  static final String REGISTERED = "$tidings/registered";
  static final String UNREGISTER = "$tidings/unregister";
  static final String UNREGISTERED = "$tidings/unregistered";

  static final String SUBSCRIBE = "$tidings/subscribe";
  static final String SUBSCRIBED = "$tidings/subscribed";
  static final String UNSUBSCRIBE = "$tidings/unsubscribe";
  static final String UNSUBSCRIBED = "$tidings/unsubscribed";

  private RegistrationTopics() {}
}
