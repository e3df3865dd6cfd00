package dev.tidings.ingest.server;

import java.time.Duration;

/**
 * What a server is told.
 *
 * @param requestTimeout how long a request may take to arrive and be answered, in all
 * @param idleTimeout after which a connection without requests is closed; providers keep theirs
 * @param drainTimeout how long requests under way may take when it is closed
 */
public record Limits(
    int maxConnections, Duration requestTimeout, Duration idleTimeout, Duration drainTimeout) {}
