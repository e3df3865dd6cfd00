/**
 * MQTT 5 and 3.1.1 as a device speaks them to the node. In come the packets of one connection; out
 * go a device attached to its inbox, its notifications and confirmations, its registrations, and
 * for whatever breaks the protocol the answer the protocol asks for. What a single packet means is
 * decided in the packages below, which know no channel; {@link
 * dev.tidings.node.mqtt.DeviceConnection} puts it in order.
 *
 * <p>Of MQTT's session state nothing is kept: Session Present is always 0, what a device is owed is
 * in its inbox, and it gets its notifications whether or not it subscribes. A Will is accepted and
 * ignored: there is nobody to publish it to.
 */
@NullMarked
package dev.tidings.node.mqtt;

import org.jspecify.annotations.NullMarked;
