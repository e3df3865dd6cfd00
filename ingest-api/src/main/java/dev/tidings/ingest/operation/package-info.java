/**
 * What operations of the REST interface have in common. In: the head of a request. Out: who makes
 * it, at its end; its turn; and a response, from a thread that may wait, if need be.
 */
@NullMarked
package dev.tidings.ingest.operation;

import org.jspecify.annotations.NullMarked;
