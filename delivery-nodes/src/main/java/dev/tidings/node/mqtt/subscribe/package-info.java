/**
 * Subscriptions, which a device may make and does not need. In come SUBSCRIBE and UNSUBSCRIBE; out
 * go their answers. Nothing is remembered.
 */
@NullMarked
package dev.tidings.node.mqtt.subscribe;

import org.jspecify.annotations.NullMarked;
