/**
 * Where a partition of {@code deliveries} is read from. In come the commit, the life that the inbox
 * remembers, and the log as it is now; out goes the offset to begin at, and what is to be told if
 * the log is not the one that was read before.
 */
@NullMarked
package dev.tidings.node.log.life;

import org.jspecify.annotations.NullMarked;
