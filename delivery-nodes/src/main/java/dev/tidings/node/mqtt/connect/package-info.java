/**
 * The first packet of a connection. In: a CONNECT. Out: the device and its limits, or the reason of
 * a refusal, and the corresponding CONNACK.
 */
@NullMarked
package dev.tidings.node.mqtt.connect;

import org.jspecify.annotations.NullMarked;
