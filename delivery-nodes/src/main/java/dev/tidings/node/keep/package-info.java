/**
 * MQTT sessions that outlive their connection, stored in the topic {@code subscriptions}, one
 * record for each session, on disk at the owner of the device's inbox. In: the session expiry a
 * client asks for, and its subscriptions. Out: the subscriptions of its previous connection.
 */
@NullMarked
package dev.tidings.node.keep;

import org.jspecify.annotations.NullMarked;
