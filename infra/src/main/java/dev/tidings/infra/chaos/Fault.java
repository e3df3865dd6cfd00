package dev.tidings.infra.chaos;

import java.time.Duration;

/**
 * Something that goes wrong, and how it is put right.
 *
 * @param name what it is, for people
 * @param strike makes it go wrong
 * @param survivable whether the rest is expected to serve every device before it is put right
 * @param lasts how long it stays wrong at least
 * @param repair puts it right
 */
public record Fault(String name, Step strike, boolean survivable, Duration lasts, Step repair) {
  /** Something done to the fleet. */
  @FunctionalInterface
  public interface Step {
    void run() throws InterruptedException;
  }
}
