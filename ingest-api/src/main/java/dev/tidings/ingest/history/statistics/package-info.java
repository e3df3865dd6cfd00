/**
 * How many notifications became of what. In: apps and days, of UTC, and categories. Out: the counts
 * that the index of each node has of them, together, as JSON or as CSV.
 */
@NullMarked
package dev.tidings.ingest.history.statistics;

import org.jspecify.annotations.NullMarked;
