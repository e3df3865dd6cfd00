/**
 * Before anything is served. In come the addresses of a broker and a schema registry; nothing comes
 * out until they answer and have what this service needs, or its time is over.
 */
@NullMarked
package dev.tidings.ingest.start;

import org.jspecify.annotations.NullMarked;
