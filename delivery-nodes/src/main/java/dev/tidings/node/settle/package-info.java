/**
 * How an entry ends. In: an entry and what became of it. Out: its receipt, and behind that the end
 * of the entry in the window, or its tombstone in the parked inbox. The order of the two is the
 * guarantee.
 */
@NullMarked
package dev.tidings.node.settle;

import org.jspecify.annotations.NullMarked;
