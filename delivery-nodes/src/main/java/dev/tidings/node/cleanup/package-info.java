/**
 * Removes from the parked inbox what is not to be delivered any more. In: what was stored, removed,
 * has expired or was revoked. Out: the ends of those entries, to {@code settle}.
 */
@NullMarked
package dev.tidings.node.cleanup;

import org.jspecify.annotations.NullMarked;
