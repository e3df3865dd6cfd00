package dev.tidings.node.route;

/** The transport of a connection. */
public enum DeviceTransport {
  TCP("tcp", CloseMode.OUTPUT_FIRST),
  TLS("tls", CloseMode.CLOSE),
  WEB_SOCKET("websocket", CloseMode.CLOSE),
  WEB_SOCKET_TLS("websocket-tls", CloseMode.CLOSE),
  /** Relayed by another node, to which the device has connected. */
  RELAYED("relayed", CloseMode.OUTPUT_FIRST);

  private final String label;
  private final CloseMode closeMode;

  DeviceTransport(String label, CloseMode closeMode) {
    this.label = label;
    this.closeMode = closeMode;
  }

  /** Returns its name in metrics and logs, and between nodes. */
  public String label() {
    return label;
  }

  /** Returns how a connection over it is closed. */
  public CloseMode hangup() {
    return closeMode;
  }
}
