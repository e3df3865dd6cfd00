package dev.tidings.streams.step;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.streams.cap.CapRules;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.write.Meters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The shared objects and settings of all tasks of the topology; all of them are thread-safe.
 *
 * @param names the names of the topics
 * @param partitions the number of partitions of each topic
 * @param instance the name of this process in traces
 * @param grace how long a notification waits for its token's registration
 * @param caps how many notifications a device may be sent in a day
 * @param topicsSameUntil the last time at which the topics were known to be those of the tables, in
 *     ms since the epoch
 * @param waitingAnew whether waiting notifications must be written again, because their topic was
 *     recreated
 */
public record StepContext(
    RegistryClient registry,
    RegistryRetry patience,
    Meters meters,
    InstantSource clock,
    TopicNames names,
    int partitions,
    String instance,
    Duration grace,
    CapRules caps,
    LongSupplier topicsSameUntil,
    boolean waitingAnew) {

  private static final Duration MIN_TICK = Duration.ofMillis(50);
  private static final Duration MAX_TICK = Duration.ofMillis(500);

  public static final String REGISTRATIONS_STORE = "registrations";
  public static final String WAITING_STORE = "waiting";

  public static final String COUNTS_STORE = "daily-counts";

  public static final String SCHEDULES_STORE = "timetable";

  /** What an earlier version had instead, whose rows had no order. */
  public static final String FORMER_SCHEDULES_STORE = "schedules";

  /** Returns how often it is looked at what waits for a registration. */
  public Duration tickInterval() {
    Duration tenth = grace.dividedBy(10);
    Duration atLeast = tenth.compareTo(MIN_TICK) < 0 ? MIN_TICK : tenth;
    return atLeast.compareTo(MAX_TICK) > 0 ? MAX_TICK : atLeast;
  }

  public String schedulesStore() {
    return SCHEDULES_STORE;
  }

  public String registrationsStore() {
    return REGISTRATIONS_STORE;
  }

  public String countsStore() {
    return COUNTS_STORE;
  }

  public String waitingStore() {
    return WAITING_STORE;
  }
}
