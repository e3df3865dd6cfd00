package dev.tidings.ingest.webhook.attempt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The last requests to webhooks: of each as many that were taken as that were not, since what
 * failed is looked for, and may be long ago. Of the webhooks, those that were sent something last;
 * also those that are switched off by now. Thread-safe.
 */
public final class RecentAttempts {
  /** Of one webhook and one outcome. */
  public static final int EACH = 25;

  static final int WEBHOOKS = 1_000;

  // By webhook, each list with the last one first.
  private final SequencedMap<String, List<WebhookAttempt>> all =
      new LinkedHashMap<>(16, 0.75f, true);

  /** Remembers one. */
  public synchronized void add(String webhook, WebhookAttempt attempt) {
    List<WebhookAttempt> known = all.computeIfAbsent(webhook, _ -> new ArrayList<>());
    List<WebhookAttempt> alike =
        known.stream().filter(each -> each.isTaken() == attempt.isTaken()).toList();
    if (alike.size() == EACH) {
      known.remove(known.lastIndexOf(alike.getLast()));
    }
    known.addFirst(attempt);
    if (all.size() > WEBHOOKS) {
      all.pollFirstEntry();
    }
  }

  /** Returns those to a webhook, the last one first. */
  public synchronized List<WebhookAttempt> of(String webhook) {
    return List.copyOf(all.getOrDefault(webhook, List.of()));
  }
}
