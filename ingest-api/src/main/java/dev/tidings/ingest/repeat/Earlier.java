package dev.tidings.ingest.repeat;

import org.jspecify.annotations.Nullable;

/**
 * The acceptance of an earlier notification, as the log knows it.
 *
 * @param acceptedAtMillis when, since the epoch
 * @param fingerprint of the request that it came with; null if it came another way, or with an id
 *     that was made here
 */
public record Earlier(long acceptedAtMillis, @Nullable String fingerprint) {}
