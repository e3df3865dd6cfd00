package dev.tidings.ingest.send;

/** The result of reading one notification of a request. */
public sealed interface Reading permits SendRequest, BroadcastRequest, Refusal {}
