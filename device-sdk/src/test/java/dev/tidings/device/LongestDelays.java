package dev.tidings.device;

import java.util.random.RandomGenerator;

/** Chooses the longest delays that the back-off allows. */
final class LongestDelays implements RandomGenerator {
  @Override
  public long nextLong() {
    throw new AssertionError("a bound is expected");
  }

  @Override
  public long nextLong(long bound) {
    return bound - 1;
  }
}
