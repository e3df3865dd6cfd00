/**
 * What became of a notification. In come receipts, from the log, and the id somebody asks about;
 * out comes its trace: from the table over {@code receipts}, of which each ingest node has a part,
 * or, where there is no receipt yet, from what the log still has to be worked off. For threads that
 * may wait.
 */
@NullMarked
package dev.tidings.ingest.trace;

import org.jspecify.annotations.NullMarked;
