/**
 * The order in which the requests of one connection are given to the log, whichever interface they
 * came by. In: tasks, and the tokens that they are for. Out: the same tasks run, each behind those
 * for the same token that came before it.
 */
@NullMarked
package dev.tidings.ingest.order;

import org.jspecify.annotations.NullMarked;
