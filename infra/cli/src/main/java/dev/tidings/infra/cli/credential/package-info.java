/**
 * Files with keys and credentials. In: files of administrators. Out: public keys; and files with a
 * private key or a credential, for their owner alone.
 */
@NullMarked
package dev.tidings.infra.cli.credential;

import org.jspecify.annotations.NullMarked;
