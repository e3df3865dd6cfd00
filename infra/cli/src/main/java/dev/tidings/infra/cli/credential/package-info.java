/**
 * Ids, keys and secrets of providers. In: randomness, and files of administrators. Out: what
 * entries of {@code control} keep of them, and the secret part, which is shown once.
 */
@NullMarked
package dev.tidings.infra.cli.credential;

import org.jspecify.annotations.NullMarked;
