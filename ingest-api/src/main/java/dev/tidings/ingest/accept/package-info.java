/**
 * Writing to the log. In: a valid request with its payload. Out: accepted, once every in-sync
 * replica has the record; or overloaded. Nothing here blocks: a full buffer gives an outcome at
 * once.
 */
@NullMarked
package dev.tidings.ingest.accept;

import org.jspecify.annotations.NullMarked;
