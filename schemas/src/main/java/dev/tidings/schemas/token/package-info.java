/**
 * Self-authenticating tokens. In: a device and an app. Out: a token. And in: a token and the app it
 * is used for. Out: whether this installation created it, without a look-up.
 */
@NullMarked
package dev.tidings.schemas.token;

import org.jspecify.annotations.NullMarked;
