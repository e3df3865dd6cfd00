/**
 * Streams of events as browsers read them ({@code text/event-stream}). In: events, as they happen.
 * Out: a response that goes on until the client leaves, with nothing kept for one that does not
 * read but the event that it was being told.
 */
@NullMarked
package dev.tidings.http.events;

import org.jspecify.annotations.NullMarked;
