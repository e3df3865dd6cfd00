/**
 * Registration: in comes the wish of a connected device to receive for an app, out go the app's
 * token on this device and the record that lets the streams processor resolve it.
 */
@NullMarked
package dev.tidings.node.register;

import org.jspecify.annotations.NullMarked;
