package dev.tidings.node.mqtt;

/** The transport of a connection. */
public enum Transport {
  TCP("tcp", Hangup.OUTPUT_FIRST),
  TLS("tls", Hangup.CLOSE),
  WEB_SOCKET("websocket", Hangup.CLOSE),
  /** Relayed by another node, to which the device has connected. */
  RELAYED("relayed", Hangup.OUTPUT_FIRST);

  private final String label;
  private final Hangup hangup;

  Transport(String label, Hangup hangup) {
    this.label = label;
    this.hangup = hangup;
  }

  /** Returns its name in metrics and logs, and between nodes. */
  public String label() {
    return label;
  }

  /** Returns how a connection over it is closed. */
  public Hangup hangup() {
    return hangup;
  }
}
