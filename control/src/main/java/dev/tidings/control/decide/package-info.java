/**
 * What an administrator's request comes to. In: its values, and the entries there are. Out: the
 * change to write, with the secret if there is a new one; or why not. The same for the shell and
 * for the admin port, which read the values and write the changes.
 */
@NullMarked
package dev.tidings.control.decide;

import org.jspecify.annotations.NullMarked;
