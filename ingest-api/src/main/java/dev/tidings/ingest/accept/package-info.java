/**
 * Into the log. In comes a valid request with its payload; out comes, once every in-sync replica
 * has the record, that it is accepted, or that it can't be taken now. Nothing here blocks: a full
 * buffer is an answer, not a wait.
 */
@NullMarked
package dev.tidings.ingest.accept;

import org.jspecify.annotations.NullMarked;
