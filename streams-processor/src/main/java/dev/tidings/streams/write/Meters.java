package dev.tidings.streams.write;

import dev.tidings.schemas.avro.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of this service. Thread-safe. */
public final class Meters {
  // At most as long as the log keeps a notification; a longer time can only come from a wrong
  // clock.
  private static final long LONGEST_MILLIS = Duration.ofDays(7).toMillis();

  private final Timer resolved;
  private final Counter capped;
  private final Counter deadLetters;
  private final Counter forwarded;
  private final Counter broadcast;
  private final Counter broadcastsRefused;
  private final Counter broadcastsYielded;
  private final Counter subscribersPassedOver;
  private final Counter withdrawals;
  private final Counter topicChanges;
  private final Counter waitingRefused;
  private final Counter waitingLong;
  private final Timer lateness;
  private final Map<Integer, Scheduled> scheduled = new ConcurrentHashMap<>();
  private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong waitingBytes = new AtomicLong();

  public Meters(MeterRegistry registry, InstantSource clock) {
    lateness =
        Timer.builder("tidings.streams.scheduled.lateness")
            .description("Scheduled notifications whose time came, and how long after it.")
            .serviceLevelObjectives(
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1))
            .register(registry);
    Gauge.builder("tidings.streams.scheduled", scheduled, Meters::count)
        .description("Notifications that wait for their time.")
        .register(registry);
    Gauge.builder("tidings.streams.scheduled.unread", scheduled, Meters::unread)
        .description("Notifications among them whose schema no registry knows.")
        .register(registry);
    Gauge.builder("tidings.streams.scheduled.overdue", this, all -> all.overdueSeconds(clock))
        .description("How long ago the time came of the first one that has not been sent on.")
        .baseUnit("seconds")
        .register(registry);
    resolved =
        Timer.builder("tidings.streams.resolve.latency")
            .description("Notifications resolved to a device, and how long after their acceptance.")
            .serviceLevelObjectives(
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10))
            .register(registry);
    capped =
        Counter.builder("tidings.streams.capped")
            .description("Notifications not sent on because of a daily cap of their category.")
            .register(registry);
    deadLetters =
        Counter.builder("tidings.streams.dead.letters")
            .description("Records put aside because nobody could make anything of them.")
            .register(registry);
    broadcast =
        Counter.builder("tidings.streams.broadcast.deliveries")
            .description("Deliveries of broadcasts written, one for each subscriber.")
            .register(registry);
    broadcastsRefused =
        Counter.builder("tidings.streams.broadcasts.refused")
            .description("Broadcasts put aside in a partition because too many wait there.")
            .register(registry);
    broadcastsYielded =
        Counter.builder("tidings.streams.broadcasts.yielded")
            .description("Broadcasts that gave their place in a partition to one that waited.")
            .register(registry);
    subscribersPassedOver =
        Counter.builder("tidings.streams.broadcast.passed.over")
            .description("Subscribers not sent to: no registry knows their record's schema.")
            .register(registry);
    withdrawals =
        Counter.builder("tidings.streams.withdrawals")
            .description("Withdrawals sent on to the device, behind what they take back.")
            .register(registry);
    topicChanges =
        Counter.builder("tidings.streams.topic.changes")
            .description(
                "Joins and leaves of topics, as providers request them, sent to the devices'"
                    + " owners.")
            .register(registry);
    forwarded =
        Counter.builder("tidings.streams.forwarded")
            .description("Notifications sent on from a partition that is not their token's.")
            .register(registry);
    for (Outcome outcome :
        new Outcome[] {
          Outcome.EXPIRED, Outcome.UNREGISTERED, Outcome.REJECTED, Outcome.WITHDRAWN
        }) {
      ended.put(
          outcome,
          Counter.builder("tidings.streams.ended")
              .description("Notifications whose journey ended here, by what the receipt says.")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    waitingRefused =
        Counter.builder("tidings.streams.waiting.refused")
            .description("Notifications put aside because too many wait for registrations.")
            .register(registry);
    waitingLong =
        Counter.builder("tidings.streams.waiting.long")
            .description(
                "Notifications that wait beyond the grace period: what registrations there are is"
                    + " not known.")
            .register(registry);
    Gauge.builder("tidings.streams.waiting.size", waitingBytes, AtomicLong::get)
        .description("Size of the notifications that wait for the registration of their token.")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("tidings.streams.waiting", waiting, AtomicLong::get)
        .description("Notifications waiting for the registration of their token to turn up.")
        .register(registry);
  }

  /**
   * Tells what is scheduled in a partition.
   *
   * @param unread how many of them wait for their schema
   * @param earliest the time that comes first, in ms since the epoch
   */
  public void scheduled(int partition, int count, int unread, long earliest) {
    scheduled.put(partition, new Scheduled(count, unread, earliest));
  }

  /** Tells that a partition is not this process's any more. */
  public void unscheduled(int partition) {
    scheduled.remove(partition);
  }

  /** Records how long after its time a notification was sent on, in ms. */
  public void sentAtItsTime(long late) {
    lateness.record(Math.max(0, late), TimeUnit.MILLISECONDS);
  }

  private static double count(Map<Integer, Scheduled> scheduled) {
    return scheduled.values().stream().mapToInt(Scheduled::count).sum();
  }

  private static double unread(Map<Integer, Scheduled> scheduled) {
    return scheduled.values().stream().mapToInt(Scheduled::unread).sum();
  }

  private record Scheduled(int count, int unread, long earliest) {}

  private double overdueSeconds(InstantSource clock) {
    long earliest =
        scheduled.values().stream().mapToLong(Scheduled::earliest).min().orElse(Long.MAX_VALUE);
    return earliest == Long.MAX_VALUE ? 0 : Math.max(0, clock.millis() - earliest) / 1e3;
  }

  /** Adds to the number of waiting notifications and to their size; negative to subtract. */
  public void waiting(long more, long bytes) {
    waiting.addAndGet(more);
    waitingBytes.addAndGet(bytes);
  }

  /** Counts a notification that was refused because there was no room for it to wait. */
  public void waitingRefused() {
    waitingRefused.increment();
  }

  /**
   * Counts a notification that waits on because it is not known whether its token is registered.
   */
  public void waitingLong() {
    waitingLong.increment();
  }

  /**
   * Records the time from acceptance to resolution. Both times in ms since the epoch; the first may
   * be any number that a provider wrote.
   */
  void resolved(long accepted, long now) {
    resolved.record(
        accepted >= now || accepted < 0 ? 0 : Math.min(now - accepted, LONGEST_MILLIS),
        TimeUnit.MILLISECONDS);
  }

  /** Counts a broadcast that was refused because there was no room for it to wait. */
  public void broadcastRefused() {
    broadcastsRefused.increment();
  }

  /** Counts a broadcast that gives its place to another one. */
  public void broadcastYielded() {
    broadcastsYielded.increment();
  }

  /** Counts a subscriber that a broadcast was not sent to because its record can't be read. */
  public void subscriberPassedOver() {
    subscribersPassedOver.increment();
  }

  void broadcast() {
    broadcast.increment();
  }

  void withdrawal() {
    withdrawals.increment();
  }

  void topicChange() {
    topicChanges.increment();
  }

  void forwarded() {
    forwarded.increment();
  }

  void ended(Outcome outcome) {
    Counter counter = ended.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  void capped() {
    capped.increment();
  }

  void deadLetter() {
    deadLetters.increment();
  }
}
