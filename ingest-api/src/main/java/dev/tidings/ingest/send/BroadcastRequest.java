package dev.tidings.ingest.send;

import dev.tidings.ingest.broadcast.NewBroadcast;

/**
 * One broadcast that a provider wants sent. Every value is valid.
 *
 * @param payload the bytes of the value of that member, unchanged
 * @param dryRun whether it is to be checked only
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared.
public record BroadcastRequest(NewBroadcast broadcast, byte[] payload, boolean dryRun)
    implements Reading {}
