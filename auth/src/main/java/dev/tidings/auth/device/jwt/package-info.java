/**
 * Mode {@code jwt}: a device's password is a JSON Web Token that one of the configured issuers has
 * signed. In: the password. Out: the device that the token names, or why it is refused. The
 * issuers' keys come from files and URLs, which are read beside the checks, never by them.
 */
@NullMarked
package dev.tidings.auth.device.jwt;

import org.jspecify.annotations.NullMarked;
