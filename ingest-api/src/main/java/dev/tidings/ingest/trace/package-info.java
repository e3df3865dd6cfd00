/**
 * Traces of notifications. In: receipts, from the log, and the id of a request. Out: the trace,
 * from the table over {@code receipts}, of which each ingest node has a part, or, if there is no
 * receipt yet, from the unprocessed part of the log. Runs in threads that may block.
 */
@NullMarked
package dev.tidings.ingest.trace;

import org.jspecify.annotations.NullMarked;
