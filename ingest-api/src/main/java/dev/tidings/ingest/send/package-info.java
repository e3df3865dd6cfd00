/**
 * Sending over the REST interface. In: {@code POST /v1/notifications}, with one notification as
 * JSON or with many as lines of JSON. Out: new notifications, for {@code accept}; and for each what
 * became of it, or what is wrong with it. Runs in event loops and never blocks.
 */
@NullMarked
package dev.tidings.ingest.send;

import org.jspecify.annotations.NullMarked;
