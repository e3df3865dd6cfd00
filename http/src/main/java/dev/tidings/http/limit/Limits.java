package dev.tidings.http.limit;

import java.time.Duration;

/**
 * The limits of a server.
 *
 * @param requestTimeout how long a request may take to arrive, and its response to be read
 * @param answerTimeout how long the service may take to answer a request that has arrived
 * @param idleTimeout after which a connection without requests is closed; providers keep theirs
 * @param drainTimeout how long requests under way may take when it is closed
 */
public record Limits(
    Bounds bounds,
    Duration requestTimeout,
    Duration answerTimeout,
    Duration idleTimeout,
    Duration drainTimeout) {}
