/**
 * What webhooks were sent last. In: each request and what came of it. Out: the last ones of each
 * webhook, for administrators; they are in the memory of the process that sent them.
 */
@NullMarked
package dev.tidings.ingest.webhook.attempt;

import org.jspecify.annotations.NullMarked;
