/**
 * The way in over HTTP, and the way back. In come requests over h2 with TLS, h2c and HTTP/1.1; out
 * go an answer for each, made of what {@code request}, {@code accept} and {@code trace} said. Runs
 * in event loops, which never wait.
 */
@NullMarked
package dev.tidings.ingest.server;

import org.jspecify.annotations.NullMarked;
