package dev.tidings.streams.resolve;

import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.streams.read.RegistryPatience;
import dev.tidings.streams.write.Meters;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What every task of the topology works with; all of it is thread-safe.
 *
 * @param names what the topics are called
 * @param partitions how many the topics have
 * @param instance the name of this process in traces
 * @param grace how long a notification waits for its token's registration
 */
public record Setup(
    RegistryClient registry,
    RegistryPatience patience,
    Meters meters,
    InstantSource clock,
    TopicNames names,
    int partitions,
    String instance,
    Duration grace) {

  String registrationsStore() {
    return "registrations";
  }

  String waitingStore() {
    return "waiting";
  }
}
