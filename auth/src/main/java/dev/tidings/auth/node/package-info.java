/**
 * Authentication between the processes of one installation. In: the certificates of the peer. Out:
 * which process it is, or why it is refused.
 */
@NullMarked
package dev.tidings.auth.node;

import org.jspecify.annotations.NullMarked;
