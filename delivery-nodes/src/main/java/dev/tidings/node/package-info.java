/**
 * A delivery node. In come deliveries, by the partitions it owns, and devices' connections; out go
 * notifications to the devices and receipts to the log.
 */
@NullMarked
package dev.tidings.node;

import org.jspecify.annotations.NullMarked;
