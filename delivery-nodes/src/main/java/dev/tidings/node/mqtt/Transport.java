package dev.tidings.node.mqtt;

/** What a connection has come over. */
public enum Transport {
  TCP("tcp", Hangup.OUTPUT_FIRST),
  TLS("tls", Hangup.CLOSE),
  WEB_SOCKET("websocket", Hangup.CLOSE),
  /** Another node, that the device has connected to. */
  RELAYED("relayed", Hangup.OUTPUT_FIRST);

  private final String label;
  private final Hangup hangup;

  Transport(String label, Hangup hangup) {
    this.label = label;
    this.hangup = hangup;
  }

  /** As it is called in metrics and logs, and between nodes. */
  public String label() {
    return label;
  }

  /** How a connection over it ends. */
  public Hangup hangup() {
    return hangup;
  }
}
