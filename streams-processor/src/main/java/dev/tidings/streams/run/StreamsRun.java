package dev.tidings.streams.run;

import dev.tidings.service.health.Health;
import dev.tidings.service.kafka.MissingThreads;
import dev.tidings.streams.read.RegistryRetry;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;

/**
 * One run of the topology, from its start to its end: a Kafka Streams instance cannot be restarted.
 * Thread-safe.
 */
public final class StreamsRun {
  private final KafkaStreams streams;
  private final RegistryRetry patience;
  private final StreamClients clients;
  private final MissingThreads threads;

  /**
   * Creates a run that is not started; its threads wait for the schema registry through {@code
   * patience}, and have their producers from {@code clients}.
   *
   * @param threads how many it is to have
   */
  public StreamsRun(
      KafkaStreams streams, RegistryRetry patience, StreamClients clients, int threads) {
    this.streams = streams;
    this.patience = patience;
    this.clients = clients;
    this.threads = new MissingThreads(() -> streams, threads, System::nanoTime);
  }

  void start() {
    streams.start();
    threads.start();
  }

  boolean isRunning() {
    return streams.state() == State.RUNNING;
  }

  /** Returns whether it has ended, or is about to. */
  boolean isOver() {
    return streams.state().hasStartedOrFinishedShuttingDown();
  }

  State state() {
    return streams.state();
  }

  Health health() {
    return threads.check() instanceof Health.Unhealthy missing
        ? missing
        : StreamsHealth.check(streams);
  }

  double lag() {
    return StreamsHealth.lag(streams);
  }

  /** Returns the description of the schema registry, if a record waits for it. */
  Optional<String> waitingFor() {
    return patience.waitingFor();
  }

  /**
   * Gives up what the log has not acknowledged: the next run reads again what it was made from.
   * Without it a run whose topic was recreated may never stop, see {@link StreamClients}.
   */
  void giveUpWrites() {
    clients.replaceProducers();
  }

  /** Commits, and stops the threads. Returns whether all have stopped within the time. */
  boolean close(GroupMembershipOperation membership, Duration within) {
    threads.close();
    patience.stop();
    return streams.close(CloseOptions.groupMembershipOperation(membership).withTimeout(within));
  }
}
