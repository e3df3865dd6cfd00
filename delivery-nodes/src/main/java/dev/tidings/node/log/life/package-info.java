/**
 * Decides where a partition of {@code deliveries} is read from. In: the commit, the life stored in
 * the inbox, and the present state of the log. Out: the offset to begin at, and the discontinuity
 * to report if the log is not the one that was read before.
 */
@NullMarked
package dev.tidings.node.log.life;

import org.jspecify.annotations.NullMarked;
