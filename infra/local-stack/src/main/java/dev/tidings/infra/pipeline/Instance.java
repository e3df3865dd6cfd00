package dev.tidings.infra.pipeline;

/**
 * One process of a service, running or not.
 *
 * @param service its service
 * @param number its number among those of its service, from 1
 */
public record Instance(TidingsService service, int number) implements Comparable<Instance> {

  /** Returns the first one, usually the only one. */
  public static Instance first(TidingsService service) {
    return new Instance(service, 1);
  }

  /** Returns its name in traces and file names. */
  public String name() {
    return number == 1 ? service.command() : service.command() + "-" + number;
  }

  @Override
  public int compareTo(Instance other) {
    int byService = service.compareTo(other.service);
    return byService != 0 ? byService : Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return name();
  }
}
