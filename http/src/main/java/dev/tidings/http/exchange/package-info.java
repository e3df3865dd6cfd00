/**
 * What the two protocols share. In: the requests of a connection, from {@code http1} or {@code
 * http2}. Out: calls of the service, and its responses back to the connection, written together and
 * flushed once. Timeouts and limits are enforced here. Everything about a connection happens in its
 * event loop, which never blocks.
 */
@NullMarked
package dev.tidings.http.exchange;

import org.jspecify.annotations.NullMarked;
