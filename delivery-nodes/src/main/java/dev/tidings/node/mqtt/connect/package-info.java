/**
 * The first packet of a connection. In comes a CONNECT; out go who the device is and what it can
 * take, or why it is refused, and the CONNACK that says so.
 */
@NullMarked
package dev.tidings.node.mqtt.connect;

import org.jspecify.annotations.NullMarked;
