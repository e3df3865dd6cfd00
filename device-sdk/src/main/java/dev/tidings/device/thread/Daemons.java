package dev.tidings.device.thread;

/** Makes threads as every Java has them; Android has no virtual ones. */
public final class Daemons {
  private Daemons() {}

  /** Returns a thread that does not keep the app running; it is not started. */
  public static Thread named(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
