/**
 * Bytes to packets, to the letter of the standard. In come the bytes of a connection; out go the
 * codec's messages, or one that says what is wrong, and then nothing more. The codec's own decoder
 * lets pass what a server has to refuse: a property said twice or in a packet it does not belong
 * to, reserved bits of a subscription, an acknowledgement of MQTT 3.1.1 with a reason.
 */
@NullMarked
package dev.tidings.node.mqtt.decode;

import org.jspecify.annotations.NullMarked;
