/**
 * Decodes bytes into packets, strictly by the standard. In: the bytes of a connection. Out: the
 * codec's messages; after a violation, one message with the failure and no further ones. The
 * codec's own decoder accepts input that a server has to refuse: a repeated property or one in the
 * wrong packet, reserved bits of a subscription, an MQTT 3.1.1 acknowledgement with a reason.
 */
@NullMarked
package dev.tidings.node.mqtt.decode;

import org.jspecify.annotations.NullMarked;
