/**
 * Ids, keys and secrets of credentials. In: randomness, and the public keys of others. Out: what
 * entries of {@code control} keep of them, and the secret part, which is shown once.
 */
@NullMarked
package dev.tidings.control.credential;

import org.jspecify.annotations.NullMarked;
