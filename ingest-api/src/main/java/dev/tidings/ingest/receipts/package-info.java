/**
 * Receipts as a stream of events, for providers. In: a request that names an app, and where in
 * {@code receipts} its client stands. Out: an event for each receipt from there on. One consumer
 * reads the end of the topic for all streams, into {@link dev.tidings.ingest.receipts.Feeds}; what
 * is no longer there is read from the log, by a few threads in turns. A stream keeps a position and
 * little else.
 */
@NullMarked
package dev.tidings.ingest.receipts;

import org.jspecify.annotations.NullMarked;
