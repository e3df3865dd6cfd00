/**
 * The values a notification is made of. A constructor is the only way in and accepts nothing that
 * is not valid, so a value in hand needs no further check.
 */
@NullMarked
package dev.tidings.schemas.value;

import org.jspecify.annotations.NullMarked;
