/**
 * The index of the history. In: each receipt as it comes into the table. Out: a row for each
 * notification and token, by app and time of acceptance, and counts by app, day and category. Kept
 * in a store beside the table, from which it is made again whenever a node gets a partition.
 */
@NullMarked
package dev.tidings.ingest.trace.index;

import org.jspecify.annotations.NullMarked;
