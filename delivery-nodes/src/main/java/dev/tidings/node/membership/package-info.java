/**
 * Decides whether this node is still a member of its group. In: the group coordinator's responses.
 * Out: whether they have been missing for so long that other nodes may own this node's partitions,
 * that other nodes certainly do, or that the membership is confirmed.
 */
@NullMarked
package dev.tidings.node.membership;

import org.jspecify.annotations.NullMarked;
