/**
 * Authentication: who a provider, a device, a node or an administrator is, and what it may do. In:
 * the credentials that a connection or a request carries. Out: a {@link dev.tidings.auth.Decision}.
 * There is a package for each of the four; the protocols that carry the credentials translate the
 * decision into their own answers.
 */
@NullMarked
package dev.tidings.auth;

import org.jspecify.annotations.NullMarked;
