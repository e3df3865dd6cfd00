package dev.tidings.device;

import java.util.function.DoubleSupplier;

/** Chooses the longest delays that the back-off allows. */
final class LongestDelays {
  static final DoubleSupplier DELAYS = () -> Math.nextDown(1.0);

  private LongestDelays() {}
}
