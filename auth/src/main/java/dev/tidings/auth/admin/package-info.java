/**
 * Authentication of an administrator. In: the bearer credential of a request. Out: who it is, or
 * why it is refused.
 */
@NullMarked
package dev.tidings.auth.admin;

import org.jspecify.annotations.NullMarked;
