package dev.tidings.node.route;

/** The result of admitting a connection, which is limited. */
public enum Admission {
  ADMITTED,
  /** It may send its CONNECT, which is answered with "server busy". */
  BUSY
}
