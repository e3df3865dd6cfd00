package dev.tidings.device;

/** Is told what becomes of the connection. */
@FunctionalInterface
public interface ConnectionListener {

  /** Called in the order of events on the network's own thread, which it must not block. */
  void onChange(ConnectionChange change);
}
