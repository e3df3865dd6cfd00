package dev.tidings.ingest.webhook;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The senders of this process: one for each webhook that is its to serve, as its entry is now. For
 * one thread, except for the counts and {@link #serves}.
 */
final class WebhookSenders {
  private static final Duration TO_STOP = Duration.ofSeconds(3);

  /** Brokers may be set to keep what is committed for a day. */
  private static final Duration BETWEEN_RENEWALS = Duration.ofHours(6);

  private final WebhookSender.Route route;
  private final WebhookMeters meters;
  private final InstantSource clock;
  private final Map<String, Running> running = new ConcurrentHashMap<>();

  // Those whose places are still to be renewed in this round.
  private final Deque<String> resting = new ArrayDeque<>();
  private @Nullable Instant renewedAt;

  private record Running(Webhook webhook, WebhookSender sender, Thread thread) {}

  WebhookSenders(WebhookSender.Route route, WebhookMeters meters, InstantSource clock) {
    this.route = route;
    this.meters = meters;
    this.clock = clock;
  }

  int count() {
    return running.size();
  }

  boolean serves(String id) {
    return running.containsKey(id);
  }

  long failing() {
    return running.values().stream().filter(each -> each.sender().isFailing()).count();
  }

  /**
   * Starts and stops them.
   *
   * @param isOurs whether this process serves a webhook
   */
  void follow(ControlEntries entries, Predicate<String> isOurs) throws InterruptedException {
    Map<String, Webhook> wanted = new HashMap<>();
    entries
        .entries(ControlKind.WEBHOOK)
        .forEach((id, webhook) -> {
          if (isOurs.test(id) && isInUse(entries, webhook)) {
            wanted.put(id, webhook);
          }
        });
    stop(id -> {
      Running is = running.get(id);
      return is == null || !is.webhook().equals(wanted.get(id));
    });
    wanted.forEach((id, webhook) -> {
      if (!running.containsKey(id)) {
        start(id, webhook);
      }
    });
  }

  /** Begins to renew all: this process may have others than before. */
  void renewAll() {
    renewedAt = null;
  }

  /**
   * Commits anew the place of one that nobody serves, because it is switched off: brokers forget
   * what was committed in a group without members, and whoever switches it on would be told all
   * that there is once more. To be called again and again; takes one at a time.
   *
   * @throws KafkaException if the log does not answer
   */
  void renewNext(ControlEntries entries, Predicate<String> isOurs) throws InterruptedException {
    Instant now = clock.instant();
    Instant before = renewedAt;
    if (before == null
        // The clock was set back.
        || now.isBefore(before)
        || Duration.between(before, now).compareTo(BETWEEN_RENEWALS) >= 0) {
      renewedAt = now;
      resting.clear();
      resting.addAll(entries.entries(ControlKind.WEBHOOK).keySet());
    }
    @Nullable String id = resting.peek();
    while (id != null && (!isOurs.test(id) || running.containsKey(id))) {
      resting.remove();
      id = resting.peek();
    }
    if (id != null) {
      WebhookPlaces.Place place = route.places().read(id);
      if (place.next().isPresent()) {
        route.places().keep(id, place.next().get(), place.failingSince());
      }
      // Behind it: what failed is tried again.
      resting.remove();
    }
  }

  /** One of an app that belongs to another team now tells nothing. */
  private static boolean isInUse(ControlEntries entries, Webhook webhook) {
    return webhook.getDisabledSince() == null
        && entries
            .entry(ControlKind.APP, webhook.getApp())
            .map(App::getTeam)
            .filter(webhook.getTeam()::equals)
            .isPresent();
  }

  private void start(String id, Webhook webhook) {
    WebhookSender sender = new WebhookSender(id, webhook, route, meters, clock);
    Thread thread = Thread.ofVirtual().name("webhook-" + id).unstarted(sender);
    running.put(id, new Running(webhook, sender, thread));
    thread.start();
  }

  /**
   * Stops some, and waits until they have kept their places. One that does not end in time ends
   * later, and can only repeat.
   */
  void stop(Predicate<String> which) throws InterruptedException {
    List<Running> ending = new ArrayList<>();
    for (String id : List.copyOf(running.keySet())) {
      if (which.test(id)) {
        Running is = running.remove(id);
        if (is != null) {
          is.thread().interrupt();
          ending.add(is);
        }
      }
    }
    long end = System.nanoTime() + TO_STOP.toNanos();
    for (Running each : ending) {
      boolean _ = each.thread().join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
  }
}
