/**
 * What a device publishes: the wish to receive for an app, or no longer. In comes its PUBLISH; out
 * go the registrar's answer, as a PUBLISH of the node, and a PUBACK.
 */
@NullMarked
package dev.tidings.node.mqtt.register;

import org.jspecify.annotations.NullMarked;
