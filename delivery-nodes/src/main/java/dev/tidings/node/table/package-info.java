/**
 * Small records of devices, stored on disk by the node that owns their inbox: a compacted topic,
 * partitioned by device, is a table in the same Streams task as the inbox. In: a device's key and
 * the record to write. Out: the record that this node or the previous owner wrote last.
 */
@NullMarked
package dev.tidings.node.table;

import org.jspecify.annotations.NullMarked;
