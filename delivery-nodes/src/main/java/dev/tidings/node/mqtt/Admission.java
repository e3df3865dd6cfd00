package dev.tidings.node.mqtt;

/** Whether there is room for a connection. */
public enum Admission {
  ADMITTED,
  /** It may say CONNECT, to be told that the server is busy. */
  BUSY
}
