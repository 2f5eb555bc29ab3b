/** Days, names that are almost right, and text that is safe to show. */
@NullMarked
package dev.brain.internal.text;

import org.jspecify.annotations.NullMarked;
