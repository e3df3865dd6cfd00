/**
 * Finding a trace. In: the id of a notification. Out: its trace, from the table over {@code
 * receipts} ({@code trace.table}), of which each ingest node has a part, or, if there is no receipt
 * yet, from the unprocessed part of the log. Runs in threads that may block.
 */
@NullMarked
package dev.tidings.ingest.trace;

import org.jspecify.annotations.NullMarked;
