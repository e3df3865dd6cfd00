/**
 * Receipts sent to webhooks, for providers that keep no connection. In: the entries of {@code
 * control} that say where to, and the receipts of an app from the place on where its webhook
 * stands. Out: signed requests, one at a time for each webhook, each again until it is answered;
 * and that place. Each webhook is served by one process at a time, in a virtual thread of its own,
 * so that one that does not answer delays no other.
 */
@NullMarked
package dev.tidings.ingest.webhook;

import org.jspecify.annotations.NullMarked;
