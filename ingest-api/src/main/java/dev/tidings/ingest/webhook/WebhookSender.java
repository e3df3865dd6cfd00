package dev.tidings.ingest.webhook;

import dev.tidings.ingest.receipts.Cursor;
import dev.tidings.ingest.receipts.ReceiptBatches;
import dev.tidings.ingest.receipts.ReceiptBatches.Batch;
import dev.tidings.ingest.receipts.ReceiptBatches.Event;
import dev.tidings.ingest.webhook.attempt.RecentAttempts;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.service.log.SeldomLog;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Serves one webhook: reads the next receipts, sends them until they are taken, and only then goes
 * on. So the order of the log stays, whatever fails, and nothing is left out; what was taken is
 * repeated at most where the place was not kept in time. It has one request at a time. Runs in a
 * thread that may wait, until that is interrupted or the webhook is switched off.
 */
final class WebhookSender implements Runnable {
  /** Roughly: what is repeated until it is taken stays in memory. */
  static final int MOST_BYTES = 64 * 1024;

  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration BETWEEN_KEEPS = Duration.ofSeconds(1);

  /**
   * The places of a quiet app and of an endpoint that fails too are kept: what lies before the one
   * would expire, and so would what was committed of either, for there is nobody in the group.
   */
  private static final Duration KEPT_AT_LEAST = Duration.ofMinutes(5);

  /** After that a place is kept, if anybody has served it. */
  private static final Duration KEPT_BY_THEN = Duration.ofMinutes(10);

  /** What takes an endpoint longer is not time to keep what was read in advance. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);

  private final String id;
  private final Webhook webhook;
  private final Route route;
  private final WebhookMeters meters;
  private final InstantSource clock;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final SeldomLog problems = new SeldomLog(LoggerFactory.getLogger(WebhookSender.class));
  private volatile boolean failing;

  // Confined to the thread that runs.

  private @Nullable Cursor kept;
  private Instant keptAt = Instant.EPOCH;
  private boolean slow;

  /** Sends a request. */
  @FunctionalInterface
  interface Sender {
    WebhookOutcome post(URI uri, Map<String, String> headers, byte[] body)
        throws InterruptedException;
  }

  /** Begins reading receipts. */
  @FunctionalInterface
  interface Receipts {
    /**
     * Begins.
     *
     * @param from where; null for the first receipt since a time
     */
    ReceiptBatches from(String app, Object owner, @Nullable Cursor from, Instant since);
  }

  /** Waits. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration time) throws InterruptedException;
  }

  /** Writes that a webhook is switched off. */
  @FunctionalInterface
  interface SwitchOff {
    /**
     * Writes it.
     *
     * @param webhook the entry that was served: another one stays as it is
     * @throws KafkaException if it is not known to be written
     */
    void write(String id, Webhook webhook, String why) throws InterruptedException;
  }

  /**
   * What senders use.
   *
   * @param recent is told of each request
   * @param patience how long an endpoint may fail before it is switched off
   */
  record Route(
      Receipts receipts,
      WebhookPlaces places,
      Sender sender,
      SwitchOff switchOff,
      RecentAttempts recent,
      Pause pause,
      Duration patience) {}

  WebhookSender(
      String id, Webhook webhook, Route route, WebhookMeters meters, InstantSource clock) {
    this.id = id;
    this.webhook = webhook;
    this.route = route;
    this.meters = meters;
    this.clock = clock;
  }

  /** Returns whether its endpoint has not taken what was sent last. */
  boolean isFailing() {
    return failing;
  }

  @Override
  public void run() {
    try {
      while (!serve()) {
        route.pause().pause(AFTER_TROUBLE);
      }
    } catch (InterruptedException e) {
      // Another process serves it, or it is another entry now, or this process stops.
      Thread.currentThread().interrupt();
    } finally {
      failing = false;
    }
  }

  /** Returns whether there is nothing more to do. */
  private boolean serve() throws InterruptedException {
    try {
      WebhookPlaces.Place place = route.places().read(id);
      kept = place.next().orElse(null);
      keptAt = clock.instant();
      Attempts attempts = new Attempts(route.patience(), place.failingSince());
      try (ReceiptBatches receipts =
          route
              .receipts()
              .from(
                  webhook.getApp(),
                  webhook.getTeam(),
                  place.next().orElse(null),
                  webhook.getCreated())) {
        follow(receipts, attempts);
        return true;
      }
    } catch (KafkaException e) {
      problems.warn("webhook " + id + " waits for the log: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      // Nobody would start it again.
      problems.error("webhook " + id + ": unexpected failure, it goes on where it was", e);
    }
    return false;
  }

  /** Returns once it is switched off. */
  private void follow(ReceiptBatches receipts, Attempts attempts) throws InterruptedException {
    Cursor taken = kept;
    // One that was entered just now has none yet.
    boolean lost =
        taken == null && clock.instant().isAfter(webhook.getCreated().plus(KEPT_BY_THEN));
    try {
      while (true) {
        Batch batch = receipts.next(webhook.getMaxEvents(), MOST_BYTES, QUIET);
        Cursor from = batch.from();
        if (lost && from != null) {
          List<Event> events = new ArrayList<>(List.of(Event.placeUnknown(from)));
          events.addAll(batch.events());
          batch = new Batch(events, from, batch.next());
          lost = false;
        }
        if (!batch.events().isEmpty() && !deliver(receipts, batch, attempts)) {
          return;
        }
        taken = batch.next();
        keepIfDue(taken, batch.events().isEmpty());
      }
    } catch (InterruptedException e) {
      keepAtLast(taken);
      throw e;
    }
  }

  /**
   * Sends events until they are taken.
   *
   * @return false if it is switched off instead
   */
  private boolean deliver(ReceiptBatches receipts, Batch batch, Attempts attempts)
      throws InterruptedException {
    // Until they are taken it stands before them.
    Cursor before = batch.from();
    WebhookRequest outgoing =
        WebhookRequest.of(id, webhook.getApp(), batch.events(), clock.instant());
    URI uri = URI.create(webhook.getUrl());
    while (true) {
      if (slow) {
        receipts.rest();
      }
      Instant sent = clock.instant();
      WebhookOutcome answer =
          route.sender().post(uri, outgoing.headers(webhook, clock.instant()), outgoing.body());
      Instant answered = clock.instant();
      slow = Duration.between(sent, answered).compareTo(SLOW) > 0;
      boolean failedBefore = attempts.failingSince().isPresent();
      Attempts.Next next = attempts.after(answer, answered, random.nextDouble());
      route.recent().add(id, answer.attempt(sent, answered, batch.events().size(), next));
      switch (next) {
        case Attempts.Next.GoOn _ -> {
          failing = false;
          meters.delivered(batch.events().size());
          return true;
        }
        case Attempts.Next.Again(Duration pause, String why) -> {
          failing = true;
          meters.failed();
          receipts.rest();
          problems.warn(
              "webhook %s: %s; again in %d s".formatted(id, why, Math.max(1, pause.toSeconds())));
          if (before != null && (!failedBefore || isKeptFor(KEPT_AT_LEAST))) {
            keep(before, attempts.failingSince());
          }
          route.pause().pause(pause);
        }
        case Attempts.Next.GiveUp(String why) -> {
          failing = true;
          meters.failed();
          receipts.rest();
          if (before != null) {
            // Whoever switches it on wants to be asked again, not what failed before.
            keep(before, Optional.empty());
          }
          switchOff(why);
          return false;
        }
      }
    }
  }

  private void switchOff(String why) throws InterruptedException {
    while (true) {
      try {
        route.switchOff().write(id, webhook, why);
        meters.switchedOff();
        return;
      } catch (KafkaException e) {
        problems.warn("webhook " + id + " can't be switched off yet: " + e.getMessage());
        route.pause().pause(AFTER_TROUBLE);
      }
    }
  }

  private void keepIfDue(@Nullable Cursor taken, boolean quiet) throws InterruptedException {
    if (taken == null) {
      return;
    }
    boolean moved = !isKept(taken);
    if ((moved && (quiet || isKeptFor(BETWEEN_KEEPS))) || isKeptFor(KEPT_AT_LEAST)) {
      keep(taken, Optional.empty());
    }
  }

  /** Returns whether it is, or that is not known because the clock was set back. */
  private boolean isKeptFor(Duration time) {
    Duration since = Duration.between(keptAt, clock.instant());
    return since.isNegative() || since.compareTo(time) >= 0;
  }

  private boolean isKept(Cursor taken) {
    Cursor last = kept;
    return last != null && taken.isAt(last);
  }

  private void keep(Cursor taken, Optional<Instant> failingSince) throws InterruptedException {
    route.places().keep(id, taken, failingSince);
    kept = taken;
    keptAt = clock.instant();
  }

  /** So that whoever serves it next repeats nothing, if the log answers in time. */
  private void keepAtLast(@Nullable Cursor taken) {
    if (taken == null || isKept(taken)) {
      return;
    }
    try {
      keep(taken, Optional.empty());
    } catch (KafkaException e) {
      problems.warn("webhook " + id + ": its place was not kept: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
