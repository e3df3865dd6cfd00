/**
 * Erasure of what is kept of a device. In: a record of {@code erasures} that asks for it. Out: its
 * tokens revoked, its kept session gone, its notifications ended, and then the record that it is
 * done.
 */
@NullMarked
package dev.tidings.node.erase;

import org.jspecify.annotations.NullMarked;
