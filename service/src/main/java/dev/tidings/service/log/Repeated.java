package dev.tidings.service.log;

import org.slf4j.LoggerFactory;

/**
 * A task that is to run again and again: an exception is logged, and the next run follows. An
 * executor would silently never run it again. An error counts as the death of the thread, which the
 * executor would hide too. For one thread.
 */
public final class Repeated implements Runnable {
  private final SeldomLog log;
  private final String what;
  private final Runnable task;

  private Repeated(SeldomLog log, String what, Runnable task) {
    this.log = log;
    this.what = what;
    this.task = task;
  }

  /**
   * Returns the task with its failures caught.
   *
   * @param owner whose task it is
   * @param what the task's name in the log
   */
  public static Runnable of(Class<?> owner, String what, Runnable task) {
    return new Repeated(new SeldomLog(LoggerFactory.getLogger(owner)), what, task);
  }

  @Override
  public void run() {
    try {
      task.run();
    } catch (RuntimeException | StackOverflowError e) {
      log.error(what + ": failed, and is run again", e);
    } catch (Error e) {
      if (isOfAMoment(e)) {
        log.error(what + ": failed, and is run again", e);
        return;
      }
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      throw e;
    }
  }

  /** Returns whether it is that the host had no thread left, which another program may end. */
  private static boolean isOfAMoment(Error e) {
    return e instanceof OutOfMemoryError && String.valueOf(e.getMessage()).contains("thread");
  }
}
