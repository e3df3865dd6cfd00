package dev.tidings.ingest;

import dev.tidings.service.lifecycle.StopOrder;

/** How the service stops, from the first step to the last: each before those that it uses. */
public final class IngestStopOrder {
  public static final StopOrder STEPS =
      StopOrder.of(
          // Unready for a while, then new notifications are refused; both ports stop together.
          "readiness",
          "admin port",
          "admin threads",
          "console pages",
          "overview",
          "peers",
          "https",
          "http",
          "tls",
          "webhooks",
          "webhook writer",
          "event loops",
          "replay threads",
          "erasure threads",
          // What watches the others.
          "topic watch",
          "log liveness",
          // No request is left that uses these. The producer flushes.
          "receipts",
          "traces",
          "peers tls",
          "replays",
          "replay writer",
          "channels",
          "broadcasts",
          "broadcast producer",
          "producer",
          "control writer",
          "questions to delivery nodes",
          "erasures",
          "erasure writer",
          "revocation lists",
          "control",
          "revocations",
          "admin client",
          "table of revocations",
          // As in every service.
          "registry client",
          "installation",
          "management");

  private IngestStopOrder() {}
}
