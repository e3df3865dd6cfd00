/**
 * Small records of devices, kept on disk by the node that owns their inbox: a compacted topic,
 * partitioned by device, is a table in the same Streams task as the inbox. In come a device's key
 * and what is to be written; out goes what was written last, by this node or the owner before it.
 */
@NullMarked
package dev.tidings.node.table;

import org.jspecify.annotations.NullMarked;
