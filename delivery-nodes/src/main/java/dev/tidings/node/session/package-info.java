/**
 * The interfaces between a device's connection and its inbox. In: a connection that has identified
 * its device, and its acknowledgements. Out: the notifications that the device is owed and has
 * subscribed to, in order and within its credit.
 */
@NullMarked
package dev.tidings.node.session;

import org.jspecify.annotations.NullMarked;
