/**
 * Reading again what the log still has for a device. In: a span of time. Out: the records of the
 * device in it, in their order, a few at a time.
 */
@NullMarked
package dev.tidings.node.replay;

import org.jspecify.annotations.NullMarked;
