/**
 * Where the reading of a partition starts, and starts anew. In: an assigned partition, a log that
 * is not the one that was read, and the answers of the brokers, none of which is waited for. Out: a
 * partition that is read from the right offset.
 */
@NullMarked
package dev.tidings.node.log.start;

import org.jspecify.annotations.NullMarked;
