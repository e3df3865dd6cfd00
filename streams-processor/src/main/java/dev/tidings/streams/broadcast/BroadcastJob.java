package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.TopicCondition;

/**
 * A broadcast to be sent: the notification, and the topics whose subscribers get it. Every value is
 * valid.
 *
 * @param notBefore in ms since the epoch
 * @param spreadMillis over how long it is spread; 0: as fast as broadcasts may be
 */
record BroadcastJob(
    NotificationId id,
    AppId app,
    TopicCondition condition,
    Notification notification,
    Expiration expiration,
    long notBefore,
    long spreadMillis) {}
