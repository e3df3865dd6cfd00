/**
 * MQTT 5 and 3.1.1 between a device and the node. In: the packets of one connection. Out: the
 * device attached to its inbox, its notifications and acknowledgements, its registrations, and for
 * protocol violations the response that the protocol requires. Here the handlers of a connection
 * are put together. The life of a connection is in {@code connection}, what it does while it is
 * open in {@code dispatch}; single packets are interpreted in the other packages below.
 *
 * <p>Of MQTT's session state only the subscriptions are kept ({@link
 * dev.tidings.node.session.SessionKeeper}), and Session Present refers to them. Unconfirmed
 * notifications are in the device's inbox, not in the session. A Will is accepted and ignored,
 * because no other client could receive it.
 */
@NullMarked
package dev.tidings.node.mqtt;

import org.jspecify.annotations.NullMarked;
