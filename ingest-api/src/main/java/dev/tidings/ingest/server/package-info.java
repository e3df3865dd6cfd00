/**
 * The server: ports, TLS, HTTP/2 and HTTP/1.1 on Netty. In come bytes, out go the requests that
 * {@code http} describes, and their answers back: written when their time has come and flushed
 * together. Everything about a connection happens in its event loop, which never waits.
 */
@NullMarked
package dev.tidings.ingest.server;

import org.jspecify.annotations.NullMarked;
