/**
 * What the log knows of notifications that were accepted before. In: the id and the token of a
 * request, or such questions of another node. Out: when it was accepted, by which request, or that
 * it cannot be known now; from the table of receipts, here or at the node that has the part of it.
 */
@NullMarked
package dev.tidings.ingest.earlier;

import org.jspecify.annotations.NullMarked;
