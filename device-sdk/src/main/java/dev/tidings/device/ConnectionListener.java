package dev.tidings.device;

/** Receives changes of the connection's state. */
@FunctionalInterface
public interface ConnectionListener {

  /**
   * Called in the order of events on the network thread, which it must not block. What it throws is
   * logged.
   */
  void onChange(ConnectionChange change);
}
