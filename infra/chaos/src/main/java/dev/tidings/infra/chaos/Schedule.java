package dev.tidings.infra.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Chooses the next fault: every kind once in a random order, then every kind again in another, each
 * with a random target; all determined by the seed. Not thread-safe.
 */
public final class Schedule {
  private static final int CALM_AT_LEAST = 1_000;
  private static final int CALM_AT_MOST = 5_000;

  private final Random random;
  private final List<FaultKind> kinds;
  private final List<FaultKind> bag = new ArrayList<>();

  /** Creates a schedule of these kinds, at least one. */
  public Schedule(long seed, Collection<FaultKind> kinds) {
    this.random = new Random(seed);
    this.kinds = List.copyOf(kinds);
  }

  /**
   * A planned fault.
   *
   * @param kind its kind
   * @param target its target, or the number of targets: any number from 0 on, of which the
   *     remainder is used
   * @param calm the time without faults before it
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
