/**
 * Authentication of a provider that sends over HTTP, by a token or an API key. In: the {@code
 * authorization} of a request, and what its connection has sent before; the keys that there are
 * come from a {@link dev.tidings.auth.provider.ProviderDirectory}. Out: the apps that it may send
 * to, or why it is refused.
 */
@NullMarked
package dev.tidings.auth.provider;

import org.jspecify.annotations.NullMarked;
