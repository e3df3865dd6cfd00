/**
 * Looking at one device. In: a device, and apps. Out: how it is connected and what it is owed, as
 * it is at that moment: nothing changes by it.
 */
@NullMarked
package dev.tidings.node.look;

import org.jspecify.annotations.NullMarked;
