package dev.tidings.infra.ports;

import dev.tidings.infra.process.ChildFailedException;
import java.util.ArrayList;

/**
 * Starts processes on ports that were chosen before: if a stranger has taken one of them meanwhile,
 * once more, on others.
 */
public final class FreshPorts {
  private static final int ATTEMPTS = 3;

  private FreshPorts() {}

  /**
   * Chooses ports and starts what listens on them. After a failure nothing of it may be left.
   *
   * @param <T> what runs then
   * @param <E> what else may go wrong
   */
  public interface Start<T, E extends Exception> {
    /** Does so once. */
    T run() throws E, InterruptedException;
  }

  /**
   * Returns what runs.
   *
   * @throws ChildFailedException if a process fails otherwise, or ports are taken again and again
   */
  public static <T, E extends Exception> T start(Start<T, E> start) throws E, InterruptedException {
    var before = new ArrayList<ChildFailedException>();
    while (true) {
      try {
        return start.run();
      } catch (ChildFailedException e) {
        if (before.size() == ATTEMPTS - 1 || !e.isAboutTakenPort()) {
          before.forEach(e::addSuppressed);
          throw e;
        }
        before.add(e);
      }
    }
  }
}
