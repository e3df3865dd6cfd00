/**
 * Tokens that authenticate themselves: in come a device and an app, out goes a token; in comes a
 * token and the app it is used for, out goes whether it was made here, without any look-up.
 */
@NullMarked
package dev.tidings.schemas.token;

import org.jspecify.annotations.NullMarked;
