/**
 * Registration. In: an app whose notifications the device wants. Out: the token, which the app
 * gives to its provider.
 */
@NullMarked
package dev.tidings.device.register;

import org.jspecify.annotations.NullMarked;
