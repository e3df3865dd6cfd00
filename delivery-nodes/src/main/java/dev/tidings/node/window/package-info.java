/**
 * The hot window of a partition. In: the deliveries read from the log, each unresolved at first.
 * Out: the low watermark, below which all deliveries are resolved, and which alone may be
 * committed.
 */
@NullMarked
package dev.tidings.node.window;

import org.jspecify.annotations.NullMarked;
