/**
 * Whether this node is still a member of its group. In comes what the group's coordinator has
 * answered; out goes that it has not been heard of for so long that others may own this node's
 * partitions, that they are sure to, or that all is well again.
 */
@NullMarked
package dev.tidings.node.membership;

import org.jspecify.annotations.NullMarked;
