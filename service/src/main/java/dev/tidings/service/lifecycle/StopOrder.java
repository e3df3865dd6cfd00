package dev.tidings.service.lifecycle;

import java.util.Collection;
import java.util.List;

/**
 * The steps by which a service stops, from the first to the last, by name. Parts register their
 * steps where they are started, all over the start of a service; this is the one place in which
 * their order can be read, and {@link Lifecycle} holds every start to it.
 */
public record StopOrder(List<String> steps) {
  public StopOrder {
    steps = List.copyOf(steps);
  }

  public static StopOrder of(String... steps) {
    return new StopOrder(List.of(steps));
  }

  /**
   * Checks a step that is being registered.
   *
   * @param registered the steps registered earlier, which therefore run later
   * @throws IllegalStateException if the step is unknown, or would run before one that is listed
   *     before it
   */
  void check(String step, Collection<String> registered) {
    int place = steps.indexOf(step);
    if (place < 0) {
      throw new IllegalStateException("stop step: " + step + " (expected: one of " + steps + ")");
    }
    for (String later : registered) {
      if (steps.indexOf(later) <= place) {
        throw new IllegalStateException(
            "stop step: %s, which would run before %s (expected: %s)"
                .formatted(step, later, steps));
      }
    }
  }
}
