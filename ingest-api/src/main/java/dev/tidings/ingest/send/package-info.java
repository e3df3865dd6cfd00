/**
 * What becomes of a notification that is sent over the REST interface. In: one notification as
 * JSON, and who sends it. Out: a new notification, for {@code accept}; and an answer: what became
 * of it, or what is wrong with it. Runs in event loops and never blocks.
 */
@NullMarked
package dev.tidings.ingest.send;

import org.jspecify.annotations.NullMarked;
