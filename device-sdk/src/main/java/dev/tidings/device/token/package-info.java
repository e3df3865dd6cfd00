/**
 * Tokens with which a device proves who it is. In: the application's {@link
 * dev.tidings.device.token.TokenSupplier}. Out: a token for each connection, and a new one for an
 * open connection before its token expires.
 */
@NullMarked
package dev.tidings.device.token;

import org.jspecify.annotations.NullMarked;
