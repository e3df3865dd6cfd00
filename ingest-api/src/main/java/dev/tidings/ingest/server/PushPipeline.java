package dev.tidings.ingest.server;

import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.request.PayloadCheck;
import dev.tidings.ingest.request.RequestCheck;

/** What a request for a push passes through, in this order. */
public record PushPipeline(
    RequestCheck requests,
    InFlight inFlight,
    PayloadCheck payloads,
    NotificationLog notifications,
    PushMeters meters) {}
