/**
 * The standing audit: what was accepted against what became of it. In: the notifications in the
 * log, how far the groups behind it have come, and the table of receipts. Out: those of which
 * nobody tells anything, though all who could have are done with them.
 */
@NullMarked
package dev.tidings.ingest.audit;

import org.jspecify.annotations.NullMarked;
