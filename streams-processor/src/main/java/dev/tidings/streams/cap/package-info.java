/**
 * How much a device gets in a day. In: what administrators have decided for an app and a category,
 * and a notification that is about to go on to its device. Out: whether it may. The counts are in a
 * table on disk, in the partition of the device's token.
 */
@NullMarked
package dev.tidings.streams.cap;

import org.jspecify.annotations.NullMarked;
