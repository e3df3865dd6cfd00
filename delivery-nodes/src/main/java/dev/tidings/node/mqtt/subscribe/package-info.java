/**
 * Subscriptions of a device. In: SUBSCRIBE and UNSUBSCRIBE with its present subscriptions. Out: the
 * responses and the new subscriptions.
 */
@NullMarked
package dev.tidings.node.mqtt.subscribe;

import org.jspecify.annotations.NullMarked;
