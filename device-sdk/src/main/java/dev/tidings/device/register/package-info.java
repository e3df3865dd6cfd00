/**
 * Registration: in comes the wish to receive for an app, out comes the token the app hands to its
 * provider.
 */
@NullMarked
package dev.tidings.device.register;

import org.jspecify.annotations.NullMarked;
