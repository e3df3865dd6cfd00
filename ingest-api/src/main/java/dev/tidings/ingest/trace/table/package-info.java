/**
 * The table of receipts. In: the records of {@code receipts}, from the log. Out: the receipts of an
 * id, or the node that has them. Kafka Streams keeps the table on disk and assigns its parts to the
 * nodes.
 */
@NullMarked
package dev.tidings.ingest.trace.table;

import org.jspecify.annotations.NullMarked;
