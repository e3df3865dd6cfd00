/**
 * A device's requests to receive notifications for an app, or no longer. In: its PUBLISH. Out: the
 * registrar's answer, as a PUBLISH of the node, and a PUBACK.
 */
@NullMarked
package dev.tidings.node.mqtt.register;

import org.jspecify.annotations.NullMarked;
