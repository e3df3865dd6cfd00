/**
 * Replays that providers have ordered, on this node. In: records of {@code replays}. Out: to each
 * of the node's partitions what it is to carry out, and to the topic how far it has come.
 */
@NullMarked
package dev.tidings.node.order;

import org.jspecify.annotations.NullMarked;
