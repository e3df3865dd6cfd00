package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.NewNotification;

/**
 * One notification that a provider wants sent. Every value is valid; whether the token is genuine
 * has not been looked at.
 *
 * @param payload the bytes of the value of that member, unchanged
 * @param dryRun whether it is to be checked only
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared.
public record SendRequest(NewNotification notification, byte[] payload, boolean dryRun)
    implements Reading {}
