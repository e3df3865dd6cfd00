/**
 * Where issuers have their keys: a file, a URL, or an entry that has them itself. In: the place.
 * Out: a key set as text, not looked into; or why it may not be asked, or does not answer.
 */
@NullMarked
package dev.tidings.auth.device.jwt.keys;

import org.jspecify.annotations.NullMarked;
