/**
 * MQTT 5 and 3.1.1 between a device and the node. In: the packets of one connection. Out: the
 * device attached to its inbox, its notifications and acknowledgements, its registrations, and for
 * protocol violations the response that the protocol requires. Single packets are interpreted in
 * the packages below, which know no channel; {@link dev.tidings.node.mqtt.DeviceConnection} defines
 * their order.
 *
 * <p>Of MQTT's session state only the subscriptions are kept ({@link
 * dev.tidings.node.session.SessionKeeper}), and Session Present refers to them. Unconfirmed
 * notifications are in the device's inbox, not in the session. A Will is accepted and ignored,
 * because no other client could receive it.
 */
@NullMarked
package dev.tidings.node.mqtt;

import org.jspecify.annotations.NullMarked;
