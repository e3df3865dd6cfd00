/**
 * What one device is owed, and the connection it has. In: entries to be sent, stored or removed,
 * and what a connection confirms. Out: what is to be sent next, and the events of a connection to
 * the partition that has the inbox. Confined to the partition's loop.
 */
@NullMarked
package dev.tidings.node.device;

import org.jspecify.annotations.NullMarked;
