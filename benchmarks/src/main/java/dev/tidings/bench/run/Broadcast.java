package dev.tidings.bench.run;

import static java.util.Objects.requireNonNull;

import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.BroadcastProvider;
import dev.tidings.bench.provider.BroadcastProvider.Progress;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sends the same load three times: alone, beside a broadcast to very many devices of which most are
 * away, and alone again.
 *
 * @param load the load; its warm-up happens once
 * @param subscribers how many devices the broadcast is for
 * @param rehearsal how many another one is for, before: with it the code of broadcasts and of
 *     parking is compiled
 */
public record Broadcast(Load load, int subscribers, int rehearsal) {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final String JOINS = LogTopics.SUBSCRIPTIONS.name();
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** The topic of the rehearsal, and that of the measured broadcast. */
  public static final String REHEARSAL = "rehearsal";

  public static final String EVERYBODY = "everybody";

  /**
   * The result.
   *
   * @param before the load before the broadcast
   * @param beside the load while it was being sent
   * @param after the load when all of it was delivered or parked
   * @param times when the broadcast was where
   */
  public record Result(LoadResult before, LoadResult beside, LoadResult after, Times times) {
    /** Returns the ratio of the p99 beside the broadcast to the p99 alone: the mean of both. */
    public double ratio() {
      return 2
          * beside.deliver().millis(99)
          / (before.deliver().millis(99) + after.deliver().millis(99));
    }

    /** Whether the broadcast was over while the load beside it was still measured. */
    public boolean endedEarly() {
      return times.end() - beside.until() < 0;
    }

    /**
     * Whether everything arrived, once and in order, nobody was left out, and all of the load
     * beside the broadcast was beside it.
     */
    public boolean isClean(long subscribers) {
      // The counts of the load are for the whole run.
      return after.isClean() && times.sent() == subscribers && !endedEarly();
    }
  }

  /**
   * Seconds since the request for the broadcast.
   *
   * @param completed until every delivery was in the log, and the service said so
   * @param arrived until all connected devices had it
   * @param parked until the nodes had parked it for all others
   * @param sent how many deliveries were written
   * @param end when all that was so, by {@link System#nanoTime}
   */
  public record Times(double completed, double arrived, double parked, long sent, long end) {}

  /** Waits until streams-processor has read who has joined. */
  public static void awaitJoined(TestBed testBed) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", testBed.pipeline().stack().bootstrapServers()))) {
      while (unread(admin) > 0) {
        if (System.nanoTime() - end > 0) {
          throw new IllegalStateException(unread(admin) + " joins were not read (expected: none)");
        }
        Thread.sleep(LOOK_EVERY);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static TopicDescription description(Admin admin)
      throws InterruptedException, ExecutionException {
    return requireNonNull(admin.describeTopics(List.of(JOINS)).allTopicNames().get().get(JOINS));
  }

  private static long unread(Admin admin) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> read =
        admin
            .listConsumerGroupOffsets(ConsumerGroups.STREAMS_PROCESSOR)
            .partitionsToOffsetAndMetadata()
            .get();
    Map<TopicPartition, OffsetSpec> partitions =
        description(admin).partitions().stream()
            .collect(
                Collectors.toMap(
                    each -> new TopicPartition(JOINS, each.partition()),
                    each -> OffsetSpec.latest()));
    long sum = 0;
    for (var each : admin.listOffsets(partitions).all().get().entrySet()) {
      @Nullable OffsetAndMetadata committed = read.get(each.getKey());
      sum += each.getValue().offset() - (committed == null ? 0 : committed.offset());
    }
    return sum;
  }

  /** Runs everything; the devices must be connected, and have joined. */
  public Result run(
      TestBed testBed,
      Side side,
      BroadcastProvider broadcasts,
      dev.tidings.infra.stack.Progress progress)
      throws InterruptedException, IOException {
    double atOnce = send(testBed, side.devices(), broadcasts, REHEARSAL, 0, rehearsal).parked();
    progress.step("%d of the rehearsal were sent in %.1f s".formatted(rehearsal, atOnce));
    LoadResult before = load.run(testBed.processes(), side.devices(), side.provider());
    progress.step(before.line("before"));
    var times =
        new FutureTask<>(
            () -> send(testBed, side.devices(), broadcasts, EVERYBODY, 1, subscribers));
    Thread.ofPlatform().daemon().name("bench-broadcast").start(times);
    Load again = load.withoutWarmUp();
    LoadResult beside = again.run(testBed.processes(), side.devices(), side.provider());
    progress.step(beside.line("beside it"));
    Times broadcast;
    try {
      broadcast = times.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    progress.step(
        "the broadcast was sent in %.1f s, parked in %.1f s"
            .formatted(broadcast.completed(), broadcast.parked()));
    LoadResult after = again.run(testBed.processes(), side.devices(), side.provider());
    progress.step(after.line("after"));
    return new Result(before, beside, after, broadcast);
  }

  private static Times send(
      TestBed testBed,
      DeviceFleet devices,
      BroadcastProvider broadcasts,
      String topic,
      int number,
      int size)
      throws InterruptedException, IOException {
    long connected = Math.min(devices.size(), size);
    long until = devices.broadcasts() + connected;
    double parkedUntil = testBed.parked() + size - connected;
    long start = System.nanoTime();
    String path = broadcasts.send(topic, number);
    double completed = 0;
    double arrived = 0;
    Progress last;
    do {
      Thread.sleep(LOOK_EVERY);
      last = broadcasts.progress(path);
      completed = completed == 0 && last.isCompleted() ? seconds(start) : completed;
      arrived = arrived == 0 && devices.broadcasts() >= until ? seconds(start) : arrived;
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "the broadcast is %s, %d sent, %d of %d connected devices have it"
                .formatted(
                    last.state(),
                    last.sent(),
                    connected - until + devices.broadcasts(),
                    connected));
      }
    } while (completed == 0 || arrived == 0);
    try (var nodes = new NodeWatch(testBed.pipeline())) {
      nodes.await(PATIENCE, () -> nodes.parked() >= parkedUntil && nodes.isWritten());
    }
    long end = System.nanoTime();
    return new Times(completed, arrived, (end - start) / 1e9, last.sent(), end);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
