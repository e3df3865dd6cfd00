/**
 * Writing to the log. In: a valid new notification with its payload, from any protocol. Out:
 * accepted, once every in-sync replica has the record; or overloaded; or failed. Knows no protocol.
 * Nothing here blocks: a full buffer gives a result at once.
 */
@NullMarked
package dev.tidings.ingest.accept;

import org.jspecify.annotations.NullMarked;
