package dev.tidings.ingest.rest;

import dev.tidings.http.Exchange;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.ingest.trace.TraceResult.Unknown;
import dev.tidings.schemas.value.NotificationId;

/** The action on a notification that was looked for, by the node that has its receipts. */
interface Finding {
  /** The method of the requests for it. */
  String method();

  /** What a node says under its seal that another one's caller may do. */
  String verb();

  /** Whether it is about every token of an id, also those without a receipt yet. */
  boolean isAboutEvery();

  /**
   * Answers a request.
   *
   * @param found only what the caller may see
   * @param complete whether the log was searched to its end: there is no other token of the id on
   *     the page
   */
  void found(NotificationId id, Found found, boolean complete, Exchange exchange);

  /**
   * Answers a request for what the caller may not see.
   *
   * @param complete whether nothing was left out that was to be searched
   */
  void hidden(NotificationId id, Found found, boolean complete, Exchange exchange);

  /** Answers a request for what nobody knows. */
  void unknown(NotificationId id, Unknown unknown, Exchange exchange);
}
