package dev.tidings.node.transport;

/** What MQTT runs over. */
enum Transport {
  TCP("tcp"),
  WEB_SOCKET("websocket");

  private final String label;

  Transport(String label) {
    this.label = label;
  }

  /** As it is called in metrics and logs. */
  String label() {
    return label;
  }
}
