/**
 * Authentication of a provider that sends over HTTP. In: the credentials of its connection and of
 * the request. Out: the apps that it may send to, or why it is refused.
 */
@NullMarked
package dev.tidings.auth.provider;

import org.jspecify.annotations.NullMarked;
