/**
 * The values a notification is made of. Constructors accept valid values only, so a value needs no
 * further check.
 */
@NullMarked
package dev.tidings.schemas.value;

import org.jspecify.annotations.NullMarked;
