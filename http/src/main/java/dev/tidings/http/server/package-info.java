/**
 * The server: ports, TLS, and which protocol a connection speaks. In: accepted connections. Out:
 * the handlers of {@code http1} or {@code http2} in their pipelines.
 */
@NullMarked
package dev.tidings.http.server;

import org.jspecify.annotations.NullMarked;
