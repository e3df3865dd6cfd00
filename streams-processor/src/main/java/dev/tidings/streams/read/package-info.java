/**
 * Reading: in come the bytes of a record as the log has them, out comes a notification whose every
 * value is valid, or what is wrong with it.
 */
@NullMarked
package dev.tidings.streams.read;

import org.jspecify.annotations.NullMarked;
