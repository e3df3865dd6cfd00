/**
 * Encodes the node's PUBLISH packets. In: notifications and responses. Out: PUBLISH packets, as
 * bytes, no larger than the device accepts.
 */
@NullMarked
package dev.tidings.node.mqtt.publish;

import org.jspecify.annotations.NullMarked;
