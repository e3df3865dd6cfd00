/**
 * What a device subscribes to. In come SUBSCRIBE and UNSUBSCRIBE with what it has subscribed to so
 * far; out go their answers and what it has subscribed to from then on.
 */
@NullMarked
package dev.tidings.node.mqtt.subscribe;

import org.jspecify.annotations.NullMarked;
