/**
 * The hot window of a partition. In come the deliveries read from the log, each open until it is
 * resolved; out goes the low watermark, below which everything is, and which alone may be
 * committed.
 */
@NullMarked
package dev.tidings.node.window;

import org.jspecify.annotations.NullMarked;
