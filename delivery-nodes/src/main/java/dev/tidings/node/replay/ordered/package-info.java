/**
 * Replays that providers have ordered, in one partition. In: orders, and records of the log. Out:
 * what is sent again to the devices that are connected, and how far each order has come.
 */
@NullMarked
package dev.tidings.node.replay.ordered;

import org.jspecify.annotations.NullMarked;
