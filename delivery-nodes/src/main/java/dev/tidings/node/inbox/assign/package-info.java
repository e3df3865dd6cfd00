/**
 * Decides which node gets which partition of the inbox. In: the nodes there are and how far the
 * copy of each lags. Out: owners, standbys and copies to be warmed up. A partition leaves a node
 * that is alive only for one that has it warm.
 */
@NullMarked
package dev.tidings.node.inbox.assign;

import org.jspecify.annotations.NullMarked;
