/**
 * An open connection. In: each packet of the device after its CONNECT. Out: what it asks for, done:
 * acknowledgements to the session, subscriptions, registrations; and the responses.
 */
@NullMarked
package dev.tidings.node.mqtt.dispatch;

import org.jspecify.annotations.NullMarked;
