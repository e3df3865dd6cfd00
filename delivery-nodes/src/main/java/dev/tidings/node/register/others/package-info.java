/**
 * What other applications have decided about tokens. In: the tokens that they have revoked, and the
 * records of the devices. Out: notes in the records of the devices that had those tokens.
 */
@NullMarked
package dev.tidings.node.register.others;

import org.jspecify.annotations.NullMarked;
