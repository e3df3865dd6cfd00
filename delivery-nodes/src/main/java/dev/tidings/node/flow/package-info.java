/**
 * How much of a connection is read and kept. Every connection has one {@code Flow}, first in its
 * pipeline: who does not read is not read from, in any phase and on any transport, and who takes
 * nothing for too long is cut off.
 */
@NullMarked
package dev.tidings.node.flow;

import org.jspecify.annotations.NullMarked;
