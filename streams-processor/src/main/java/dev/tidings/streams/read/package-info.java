/**
 * Reading. In: the bytes of a record of the log. Out: a notification in which every value is valid,
 * or the reason why it is invalid.
 */
@NullMarked
package dev.tidings.streams.read;

import org.jspecify.annotations.NullMarked;
