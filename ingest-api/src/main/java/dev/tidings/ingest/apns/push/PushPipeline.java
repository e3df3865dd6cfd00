package dev.tidings.ingest.apns.push;

import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.apns.request.RequestCheck;
import dev.tidings.schemas.value.JsonPayload;

/** The steps of a push request, in this order. */
public record PushPipeline(
    RequestCheck requests,
    BodyMemory bodies,
    JsonPayload payloads,
    NotificationLog notifications,
    PushMeters meters) {}
