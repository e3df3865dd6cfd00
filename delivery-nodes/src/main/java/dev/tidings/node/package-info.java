/**
 * A delivery node. In: deliveries of the partitions it owns, and devices' connections. Out:
 * notifications to the devices, and receipts to the log.
 */
@NullMarked
package dev.tidings.node;

import org.jspecify.annotations.NullMarked;
