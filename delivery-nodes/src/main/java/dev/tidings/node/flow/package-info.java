/**
 * Flow control: bounds the input that is read and the output that is buffered. Every connection has
 * one {@code Flow}, first in its pipeline: a peer that does not read is not read from, in any phase
 * and on any transport, and one that accepts nothing for too long is disconnected.
 */
@NullMarked
package dev.tidings.node.flow;

import org.jspecify.annotations.NullMarked;
