/**
 * Delivery itself, a partition at a time. In: the window's records, devices' connections and
 * confirmations, and the changes of the parked inbox. Out: pushes in order and within credit,
 * parked entries, and a receipt for every end. All of a partition happens on one event loop.
 */
@NullMarked
package dev.tidings.node.deliver;

import org.jspecify.annotations.NullMarked;
