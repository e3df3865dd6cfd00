/**
 * MQTT sessions that outlive their connection. In comes what a client wants kept and what it
 * subscribes to; out goes what it had subscribed to when it was here last. Kept in the topic {@code
 * subscriptions}, one record for each session, on disk at the owner of the device's inbox.
 */
@NullMarked
package dev.tidings.node.keep;

import org.jspecify.annotations.NullMarked;
