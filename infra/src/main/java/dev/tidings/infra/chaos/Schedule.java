package dev.tidings.infra.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which fault comes next: every kind once in an order that the seed decides, then every kind again
 * in another, each time with a target that the seed decides too. For one thread.
 */
public final class Schedule {
  private static final int CALM_AT_LEAST = 1_000;
  private static final int CALM_AT_MOST = 5_000;

  private final Random random;
  private final List<FaultKind> kinds;
  private final List<FaultKind> bag = new ArrayList<>();

  /** A schedule of these kinds, at least one. */
  public Schedule(long seed, Collection<FaultKind> kinds) {
    this.random = new Random(seed);
    this.kinds = List.copyOf(kinds);
  }

  /**
   * What is to come.
   *
   * @param kind what
   * @param target whom it strikes, or how many: any number from 0 on, of which the remainder counts
   * @param calm how long the fleet is left in peace before
   */
  public record Planned(FaultKind kind, int target, Duration calm) {}

  public Planned next() {
    if (bag.isEmpty()) {
      bag.addAll(kinds);
      Collections.shuffle(bag, random);
    }
    return new Planned(
        bag.removeLast(),
        random.nextInt(Integer.MAX_VALUE),
        Duration.ofMillis(random.nextInt(CALM_AT_LEAST, CALM_AT_MOST)));
  }
}
