package dev.tidings.streams.resolve;

import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.streams.read.RegistryPatience;
import dev.tidings.streams.write.Meters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What every task of the topology works with; all of it is thread-safe.
 *
 * @param names what the topics are called
 * @param partitions how many the topics have
 * @param instance the name of this process in traces
 * @param grace how long a notification waits for its token's registration
 * @param topicsSameUntil until when the topics are known to have been those that the tables are of,
 *     in ms since the epoch
 * @param waitingAnew whether what waits has to be written once more, for its topic was made anew
 */
public record Setup(
    RegistryClient registry,
    RegistryPatience patience,
    Meters meters,
    InstantSource clock,
    TopicNames names,
    int partitions,
    String instance,
    Duration grace,
    LongSupplier topicsSameUntil,
    boolean waitingAnew) {

  public static final String REGISTRATIONS_STORE = "registrations";
  public static final String WAITING_STORE = "waiting";

  String registrationsStore() {
    return REGISTRATIONS_STORE;
  }

  String waitingStore() {
    return WAITING_STORE;
  }
}
