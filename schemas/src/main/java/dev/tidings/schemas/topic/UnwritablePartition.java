package dev.tidings.schemas.topic;

/**
 * A partition that takes no records now: it has no leader, or fewer replicas are in sync than a
 * write needs ({@code min.insync.replicas}).
 *
 * @param led whether it has a leader; without one it can't be read either
 * @param inSync how many replicas are in sync
 * @param needed how many a write needs
 */
public record UnwritablePartition(String topic, int number, boolean led, int inSync, int needed) {
  @Override
  public String toString() {
    String name = topic + "-" + number;
    return led
        ? name + " has in-sync replicas: " + inSync + " (expected: " + needed + ")"
        : name + " has no leader";
  }
}
